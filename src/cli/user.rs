//! `ivus queue user`: who may come in, a new link for a password, and a second factor taken away, for when nobody is left who
//! could do it in the browser.

use super::{Out, Outcome, store, store_args::UserCommand};
use crate::{
    error::Error,
    queue::{Actor, Desk, users::User},
};

pub(super) fn run(command: &UserCommand, mut out: Out) -> anyhow::Result<Outcome> {
    let actor = Actor::command();
    match command {
        UserCommand::List { store } => {
            for user in store::desk(store)?.users(&actor)? {
                out.line(&told(&user))?;
            }
        }
        UserCommand::Link { name, store } => {
            let desk = store::desk(store)?;
            let user = found(&desk, name)?;
            let token = desk.add_link(&actor, user.id)?;
            out.line(&format!("With this path behind the address of the server {} sets a password, once, within a day:", user.name))?;
            out.line(&format!("  /setup/{token}"))?;
        }
        UserCommand::NoFactor { name, store } => {
            let desk = store::desk(store)?;
            let user = found(&desk, name)?;
            if !user.has_factor {
                return Err(Error::usage("this user has no second factor").into());
            }
            desk.remove_factor(&actor, user.id)?;
            out.line(&format!(
                "{} has no second factor now; sessions have ended",
                user.name
            ))?;
        }
    }
    out.finish()?;
    Ok(Outcome::Clean)
}

fn found(desk: &Desk, name: &str) -> anyhow::Result<User> {
    let all = desk.users(&Actor::command())?;
    let one = all.into_iter().find(|u| u.name.eq_ignore_ascii_case(name));
    Ok(one.ok_or_else(|| Error::usage("there is no user of this name; see ivus queue user list"))?)
}

fn told(user: &User) -> String {
    let physician = user.physician.as_ref().map(|p| format!("physician {p}"));
    let site = user.site.as_ref().map(|s| format!("site {s}"));
    let notes = [
        (!user.active, "shut out"),
        (!user.has_password, "no password set"),
        (user.has_factor, "second factor"),
    ];
    let notes = notes.iter().filter(|(so, _)| *so);
    let parts: Vec<String> = [Some(user.role.name().to_owned()), physician, site]
        .into_iter()
        .flatten()
        .chain(notes.map(|(_, words)| (*words).to_owned()))
        .collect();
    format!("{}  {}", user.name, parts.join(", "))
}
