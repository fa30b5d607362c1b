//! `ivus queue token`: tokens of programs that send reports.

use super::{Out, Outcome, store, store_args::TokenCommand};
use crate::{
    error::Error,
    queue::{Actor, time},
};

pub(super) fn run(command: &TokenCommand, mut out: Out) -> anyhow::Result<Outcome> {
    let actor = Actor::command();
    match command {
        TokenCommand::Add { name, site, store } => {
            let token = store::desk(store)?.add_sender(&actor, name, site.as_deref())?;
            out.line(&token)?;
        }
        TokenCommand::List { store } => {
            for sender in store::desk(store)?.senders(&actor)? {
                let used = sender
                    .used_at
                    .map_or_else(|| "never".to_owned(), time::told);
                let site = sender
                    .site
                    .map_or_else(String::new, |s| format!("  (site {s})"));
                let standing = match sender.revoked_at {
                    Some(at) => format!("  revoked {}", time::told(at)),
                    None => String::new(),
                };
                let made = time::told(sender.created_at);
                out.line(&format!(
                    "{}{site}  made {made}, used {used}{standing}",
                    sender.name
                ))?;
            }
        }
        TokenCommand::Revoke { name, store } => {
            let desk = store::desk(store)?;
            let all = desk.senders(&actor)?;
            let found = all
                .iter()
                .find(|s| s.name.eq_ignore_ascii_case(name) && s.revoked_at.is_none())
                .ok_or_else(|| {
                    Error::usage("no token of this name is in force; see ivus queue token list")
                })?;
            desk.revoke_sender(&actor, found.id)?;
            out.line(&format!("the token of {} is revoked", found.name))?;
        }
    }
    out.finish()?;
    Ok(Outcome::Clean)
}
