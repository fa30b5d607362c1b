//! The command line: results to standard output, everything else to standard error. Holds no policy; one file per verb.

mod about;
mod args;
mod batch;
mod batch_args;
mod check;
mod code;
mod eval;
mod extract;
mod feedback;
mod find;
mod lexicon;
mod onlooker;
mod pages;
mod passing;
mod payer;
mod pdf;
mod queue;
mod route;
mod rule;
mod run;
mod serve;
mod serve_args;
mod store;
mod store_args;
mod tables;
mod token;
mod upkeep_args;
mod user;
mod vessel;
mod watch;

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use anstream::{AutoStream, ColorChoice};
use clap::{CommandFactory, Parser, error::ErrorKind};

pub use args::Cli;
use args::{Color, Command};

use crate::{intake::PDF_VERB, lookup::Library, render::text::Colour};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Nothing to look at.
    Clean,
    /// Something was flagged.
    Flagged,
    /// Something failed; what failed was said on standard error.
    Failed,
    /// A large run was done, but some of its records failed.
    Partly,
    /// A signal ended the run in an orderly way.
    Stopped(u8),
}

/// Reads the command line, does what it says, and turns the outcome into an exit status.
#[must_use]
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        // A panic's message may quote the report, so only its place is told.
        let place = info
            .location()
            .map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        complain(&format!(
            "the program made a mistake{place}; the message is withheld, it may quote a report"
        ));
    }));
    if std::env::args_os()
        .nth(1)
        .is_some_and(|verb| verb == PDF_VERB)
    {
        return pdf::read();
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Help and version are pages; a mistake is one line.
        Err(error)
            if !error.use_stderr()
                || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand =>
        {
            error.exit()
        }
        Err(error) => {
            complain(&one_line(&error.to_string()));
            return ExitCode::from(2);
        }
    };
    let out = Out::new(cli.color);
    let done = match cli.command {
        Command::Check(args) => check::run(&args, out),
        Command::Batch(args) => batch::run(&args, out),
        Command::Serve(args) => serve::run(&args, out),
        Command::Queue(command) => queue::run(&command, out),
        Command::Audit(command) => store::audit(&command, out),
        Command::Backup(args) => store::backup(&args, out),
        Command::Restore(args) => store::restore(&args, out),
        Command::Drill(args) => store::drill(&args, out),
        Command::Lock(args) => store::lock(&args, out),
        Command::Extract(args) => extract::run(&args, out),
        Command::Eval(args) => eval::run(&args, out),
        Command::Feedback(args) => feedback::run(&args, out),
        Command::Rule(args) => rule::run(&args, out),
        Command::Route(args) => route::run(&args, out),
        Command::Code(args) => code::run(&args, out),
        Command::Vessel(args) => vessel::run(&args, out),
        Command::Find(args) => find::run(&args, out),
        Command::Lexicon(command) => lexicon::run(command, out),
        Command::Payer { name, format } => payer::run(name.as_deref(), format, out),
        Command::Tables(command) => tables::run(command, out),
        Command::About { format } => about::run(format, out),
        Command::Schema => pages::schema(out),
        Command::Completions { shell } => pages::completions(shell, out),
        Command::Man { command } => pages::man(command.as_deref(), out),
    };
    match done {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Flagged) => ExitCode::from(1),
        Ok(Outcome::Failed) => ExitCode::from(2),
        Ok(Outcome::Partly) => ExitCode::from(3),
        Ok(Outcome::Stopped(signal)) => ExitCode::from(128 + signal),
        // Whoever reads our output has seen enough: `ivus check reports/ | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

/// The command with all its options, for completions, manual pages and documentation.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// The message of an error in the options, which clap tells in paragraphs, as one line.
fn one_line(message: &str) -> String {
    let lines = message.lines().map(str::trim).filter(|l| !l.is_empty());
    let told: Vec<&str> = lines.collect();
    let line = told.join("; ");
    line.strip_prefix("error: ").unwrap_or(&line).to_owned()
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|e| e.downcast_ref::<io::Error>());
    causes.any(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

/// Says on standard error that something is wrong. A closed standard error is no reason to stop.
fn complain(message: &str) {
    // A file's name may hold control characters, which could steer the terminal.
    let clean: String = message
        .chars()
        .map(|c| if c.is_control() && c != '\n' { '?' } else { c })
        .collect();
    let _ = writeln!(anstream::stderr().lock(), "ivus: {clean}");
}

/// Standard output.
struct Out {
    stream: io::BufWriter<AutoStream<io::StdoutLock<'static>>>,
    colour: Colour,
}

impl Out {
    fn new(when: Color) -> Self {
        let wanted = match when {
            Color::Auto => AutoStream::choice(&io::stdout()),
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let colour = if matches!(wanted, ColorChoice::Never) {
            Colour::Plain
        } else {
            Colour::Ansi
        };
        // What is written carries escapes only when they are wanted, so nothing needs to be stripped on the way.
        let stream = if colour == Colour::Plain {
            ColorChoice::AlwaysAnsi
        } else {
            wanted
        };
        Self {
            stream: io::BufWriter::new(AutoStream::new(io::stdout().lock(), stream)),
            colour,
        }
    }

    fn write(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(self.stream.write_all(text.as_bytes())?)
    }

    fn line(&mut self, text: &str) -> anyhow::Result<()> {
        self.write(text)?;
        self.write("\n")
    }

    /// Writes what is held back so far.
    fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.stream.flush()?)
    }

    /// Writes what is still held back. Without it a failing write at the end would go unseen.
    fn finish(mut self) -> anyhow::Result<()> {
        Ok(self.stream.flush()?)
    }
}

/// Everything that can be looked up, with loaded tables where a folder is given.
fn library(tables: Option<&Path>) -> anyhow::Result<Library> {
    let library = Library::builtin();
    Ok(match tables {
        Some(folder) => library.with_tables(crate::tables::load(folder)?.tables()),
        None => library,
    })
}

/// The names most like a mistyped one, best first; none when nothing is near.
fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let typed = typed.to_ascii_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .map(|name| {
            (
                strsim::jaro_winkler(&typed, &name.to_ascii_lowercase()),
                name,
            )
        })
        .filter(|(score, _)| *score > 0.85)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}
