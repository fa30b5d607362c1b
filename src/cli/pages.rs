//! `ivus schema`, `ivus completions`, `ivus man`: what the program says about itself.

use anyhow::{Context, anyhow};
use clap_complete::Shell;

use super::{Out, Outcome, command, nearest};
use crate::render::amounts::CoderDocument;

pub(super) fn schema(mut out: Out) -> anyhow::Result<Outcome> {
    let mut schema = schemars::schema_for!(CoderDocument<'_>);
    schema.insert(
        "title".to_owned(),
        "One report as `ivus check --format json` prints it, version 1".into(),
    );
    out.line(&serde_json::to_string_pretty(&schema)?)?;
    out.finish()?;
    Ok(Outcome::Clean)
}

pub(super) fn completions(shell: Shell, mut out: Out) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "ivus", &mut script);
    out.write(&String::from_utf8(script).context("the completion script is not text")?)?;
    out.finish()?;
    Ok(Outcome::Clean)
}

pub(super) fn man(verb: Option<&str>, mut out: Out) -> anyhow::Result<Outcome> {
    let mut root = command();
    root.build();
    let page = match verb {
        None => &root,
        Some(verb) => root
            .find_subcommand(verb)
            .ok_or_else(|| unknown(verb, &root))?,
    };
    let mut roff = Vec::new();
    clap_mangen::Man::new(page.clone()).render(&mut roff)?;
    out.write(&String::from_utf8(roff).context("the manual page is not text")?)?;
    out.finish()?;
    Ok(Outcome::Clean)
}

fn unknown(verb: &str, root: &clap::Command) -> anyhow::Error {
    let near = nearest(verb, root.get_subcommands().map(clap::Command::get_name));
    let hint = if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", near.join(" or "))
    };
    anyhow!("there is no command \"{verb}\"{hint} (`ivus --help` lists the commands)")
}
