//! `ivus route`: the selective order of a catheter from one vessel to another.

use anyhow::bail;

use super::{
    Out, Outcome,
    args::{PlainFormat, RouteArgs},
    nearest,
};
use crate::{
    codes::{Before, CodeBook, NoRoute, safest},
    encounter::{Aim, Site},
    lexicon::{Lexicon, Named, SideWord, VesselId},
    mention::Side,
    render::route::RouteDoc,
};

pub(super) fn run(args: &RouteArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let lexicon = Lexicon::builtin();
    let (start, end) = (lexicon.named(&args.from), lexicon.named(&args.to));
    let from = site(&args.from, "--from", &start, &end, &lexicon)?;
    let to = site(&args.to, "--to", &end, &start, &lexicon)?;
    let aim = args.antegrade.then_some(Aim::Antegrade);
    let before = if args.root_entered {
        Before::RootEntered
    } else {
        Before::Nothing
    };
    let set = CodeBook::builtin().on(args.on);
    let name = |s: Site| lexicon.vessel(s.vessel).name.as_str();
    let route = match safest(from, to, aim, before, set.catheters(), &lexicon) {
        Ok(route) => route,
        Err(NoRoute::Apart) => bail!(
            "no catheter way leads from the {} to the {}: they belong to different systems; name two arteries or two veins",
            name(from),
            name(to)
        ),
        Err(NoRoute::Coronary) => {
            bail!("coronary vessels have codes of their own; name two vessels outside the heart")
        }
        Err(NoRoute::Unplaced) => bail!(
            "the vessel tree has no place for the {} or the {}; `lexicons/tree.tsv` lists the vessels it holds",
            name(from),
            name(to)
        ),
    };
    let answer = RouteDoc::new(&route, aim, before, &lexicon);
    match args.format {
        PlainFormat::Text => out.write(&answer.text())?,
        PlainFormat::Json => out.line(&serde_json::to_string_pretty(&answer)?)?,
    }
    out.finish()?;
    Ok(Outcome::Clean)
}

/// The names most like one that is not known: with its side when that alone is mistyped, else without.
fn near(words: &str, lexicon: &Lexicon) -> Vec<String> {
    if let Some((first, rest)) = words.trim().split_once(' ') {
        let typed = first.to_ascii_lowercase();
        let sides = ["left", "right"].into_iter();
        let mut sides = sides.filter(|side| strsim::damerau_levenshtein(side, &typed) == 1);
        let named = |side: &str| format!("{side} {}", rest.trim());
        if let Some(meant) = sides.next().map(named)
            && !matches!(lexicon.named(&meant), Named::Unknown)
        {
            return vec![meant];
        }
    }
    let near = nearest(without_side(words), lexicon.vessel_names());
    near.into_iter().map(str::to_owned).collect()
}

/// The vessel and side an option names; of "common iliac", artery or vein as at the other end of the way.
fn site(
    words: &str,
    option: &str,
    named: &Named,
    other: &Named,
    lexicon: &Lexicon,
) -> anyhow::Result<Site> {
    let name = |v: &VesselId| lexicon.vessel(*v).name.as_str();
    let (vessel, side) = match named {
        Named::Vessel(vessel, side) => (*vessel, *side),
        Named::Several(vessels, side) if let Some(one) = like(vessels, other, lexicon) => {
            (one, *side)
        }
        Named::Several(vessels, _) => {
            let names: Vec<&str> = vessels.iter().map(name).collect();
            bail!(
                "{option} \"{words}\" may be {}; write one of them",
                names.join(" or ")
            )
        }
        Named::Unknown => {
            let near = near(words, lexicon);
            let hint = if near.is_empty() {
                "write a name such as \"left common iliac vein\" or \"LCIV\"".to_owned()
            } else {
                format!("did you mean {}?", near.join(" or "))
            };
            bail!("{option} \"{words}\" is no vessel; {hint}")
        }
    };
    let sided = lexicon.vessel(vessel).sided;
    let side = match side {
        _ if !sided => Side::None,
        Some(SideWord::Left) => Side::Left,
        Some(SideWord::Right) => Side::Right,
        _ => bail!(
            "{option} \"{words}\" has a left and a right one; write \"left {0}\" or \"right {0}\"",
            name(&vessel)
        ),
    };
    Ok(Site { vessel, side })
}

fn without_side(words: &str) -> &str {
    let lower = words.to_ascii_lowercase();
    let side = ["left ", "right ", "l ", "r ", "lt ", "rt "]
        .into_iter()
        .find(|s| lower.starts_with(s));
    side.and_then(|s| words.get(s.len()..)).unwrap_or(words)
}

/// The only one of several vessels that is an artery or vein as the other end is.
fn like(vessels: &[VesselId], other: &Named, lexicon: &Lexicon) -> Option<VesselId> {
    let Named::Vessel(other, _) = other else {
        return None;
    };
    let system = lexicon.vessel(*other).system;
    let mut fits = vessels
        .iter()
        .filter(|v| lexicon.vessel(**v).system == system);
    fits.next().filter(|_| fits.next().is_none()).copied()
}
