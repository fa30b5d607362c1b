//! `ivus serve`: opens the store and the port, says how to come in, and serves.

use std::{net::Ipv4Addr, path::PathBuf, sync::Arc, thread, time::Duration};

use super::{
    Out, Outcome, check, complain,
    passing::{self, Passing},
    pdf, run,
    serve_args::ServeArgs,
};
use crate::{
    error::Error,
    intake::PdfReader,
    mllp::{self, Listener, Receiver},
    queue::{Actor, Aside, Desk, Serving, demo, secret},
    web::{Messages, Options, Server, Tls, serve},
};

/// The whole audit log is gone through so often while the store is served; its end is looked at with each row.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Reports read anew with one look at what is left.
const ANEW: i64 = 100;

pub(super) fn run(args: &ServeArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let options = Options {
        addr: args.addr,
        tls: args.cert.clone().zip(args.key.clone()),
        client_ca: args.client_ca.clone(),
        client_crl: args.client_crl.clone(),
    };
    if args.demo.is_some() && !args.addr.ip().is_loopback() {
        return Err(Error::usage("--demo is for this machine alone; leave --addr out").into());
    }
    let asked = passing::asked_to_end()?;
    // Lives as long as the server; a demo is gone with it.
    let passing = match (&args.store, args.demo) {
        (None, Some(_)) => Some(Passing::new()?),
        _ => None,
    };
    let store = store_path(args, passing.as_ref())?;
    let tls = options.tls(complain)?;
    let listener = options.listen()?;
    let port = messages_port(args, tls.as_ref())?;
    let analyzer = run::analyzer(&args.knowledge)?;
    let (opened, aside) = Aside::open(&store)?;
    let _serving = Serving::of(&store)?;
    let basis = check::basis(&args.amounts, analyzer.codes())?;
    if aside.is_none() && args.demo.is_none() {
        Aside::keep_room(&store);
    }
    let mut desk = Desk::new(opened, analyzer)
        .with_aside(aside)
        .with_tell(complain)
        .with_amounts(basis);
    if args.demo.is_some() {
        desk = desk.for_showing();
    }
    let desk = Arc::new(desk);
    let hosts = options.hosts(&listener)?;
    let secure = tls.is_some();
    let scheme = if secure { "https" } else { "http" };
    let mut addr = listener.local_addr()?;
    let everywhere = addr.ip().is_unspecified();
    if everywhere {
        addr.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    let here = format!("{scheme}://{addr}");
    if let Some(demo) = args.demo {
        let password = demo_password()?;
        demo::fill(&desk, &password, demo.stage())?;
        out.line(&format!("A demo of the review queue is at {here}/"))?;
        out.line("Log in as one of these; the password of all is the same:")?;
        for (name, role) in demo::USERS {
            out.line(&format!("  {name:<10} {} ({})", role.name(), role.words()))?;
        }
        out.line(&format!("  password   {password}"))?;
    } else {
        out.line(&format!("The review queue is at {here}/"))?;
        if let Some(why) = desk.read_only() {
            out.line(&format!(
                "READ ONLY: {why}. Reports can be read; nothing can be decided or imported."
            ))?;
            out.line(&format!(
                "Who reads is noted in {}. To go on, end this and restore a backup with `ivus restore`.",
                Aside::path(&store).display()
            ))?;
        } else if let Some(locked) = desk.locked()? {
            out.line(&format!("LOCKED: {}. Nothing can be saved until `ivus lock --end`, or an administrator ends it.", locked.words()))?;
        } else if let Some(token) = desk.first_link()? {
            out.line(
                "There is no administrator yet. Open this link within a day, once, to become it:",
            )?;
            out.line(&format!("  {here}/setup/{token}"))?;
        }
    }
    if everywhere {
        out.line("From other machines use this machine's name in the place of 127.0.0.1.")?;
    }
    if let Some(port) = &port {
        let fate = if desk.read_only().is_some() {
            "refused (AR)"
        } else {
            "taken"
        };
        out.line(&format!("HL7 messages are {fate} at {}", port.told()?))?;
    }
    out.line("Ctrl-C ends it.")?;
    out.finish()?;
    if desk.read_only().is_none() && desk.locked()?.is_none() {
        read_anew(&desk);
    }
    look_over(&desk);
    let pdf_reader: PdfReader = pdf::reader().map(Arc::from);
    let messages = port.map(|port| -> Messages {
        let receiver = Receiver::new(desk.clone(), pdf_reader.clone());
        (port, receiver, Arc::new(complain))
    });
    let server = Server::new(desk, secure, hosts, Box::new(complain))?
        .with_pdf_reader(pdf_reader)
        .with_live_pace(args.live_pace);
    serve(&Arc::new(server), tls, listener, messages, asked)?;
    Ok(Outcome::Clean)
}

/// Where the store lies; that of a demo is a new one.
fn store_path(args: &ServeArgs, passing: Option<&Passing>) -> anyhow::Result<PathBuf> {
    Ok(match (&args.store, passing) {
        (Some(store), _) if args.demo.is_some() && store.exists() => {
            let words = "there is a store; a demo needs one of its own";
            return Err(Error::report(store, words).into());
        }
        (Some(store), _) => store.clone(),
        (None, Some(passing)) => passing.path().join("demo.db"),
        (None, None) => PathBuf::from("ivus-queue.db"),
    })
}

/// The port for messages, if there is to be one.
fn messages_port(args: &ServeArgs, tls: Option<&Tls>) -> anyhow::Result<Option<Listener>> {
    let Some(addr) = args.mllp else {
        return Ok(None);
    };
    let options = mllp::Options {
        addr,
        from: args.mllp_from.clone(),
        in_clear: args.mllp_in_clear,
        idle: Duration::from_secs(args.mllp_idle),
    };
    Ok(Some(options.listen(tls.map(Tls::bare))?))
}

/// Reads in the background what another version read last.
fn read_anew(desk: &Arc<Desk>) {
    let desk = desk.clone();
    thread::spawn(move || {
        loop {
            match desk.read_anew(&Actor::command(), ANEW) {
                Ok(0) => break,
                Ok(_) => {}
                Err(refusal) => {
                    complain(&format!("reports could not be read anew: {refusal}"));
                    break;
                }
            }
        }
    });
}

/// Looks the store over in the background, once a day.
fn look_over(desk: &Arc<Desk>) {
    let desk = desk.clone();
    thread::spawn(move || {
        loop {
            thread::sleep(DAY);
            // What is wrong is told where the store is given up.
            desk.look_over();
        }
    });
}

/// A password that can be typed: four groups of letters.
fn demo_password() -> anyhow::Result<String> {
    let token = secret::token()?;
    let groups: Vec<String> = token
        .as_bytes()
        .chunks(4)
        .take(4)
        .map(|c| String::from_utf8_lossy(c).into_owned())
        .collect();
    Ok(groups.join("-"))
}
