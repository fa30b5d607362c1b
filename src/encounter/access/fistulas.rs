//! Which fistula the words for a punctured one mean.

use super::super::reader::Context;
use crate::{
    lexicon::{Lexicon, VesselId},
    mention::Side,
    text::Span,
};

/// The fistula or graft the report calls by name, with the side told of it.
pub(super) fn named(context: &Context<'_>, lexicon: &Lexicon) -> Option<(VesselId, Side)> {
    const NAMED: &[&str] = &[
        "radiocephalic-fistula",
        "brachiocephalic-fistula",
        "brachiobasilic-fistula",
        "av-graft",
    ];
    let mut lists = context.units.iter().flat_map(|u| &u.lists);
    let named = lists.find_map(|list| {
        let sites = context.sites(list);
        let mut sites = sites.into_iter().map(|(s, _, _)| s);
        sites.find(|s| NAMED.contains(&lexicon.vessel(s.vessel).id.as_str()))
    });
    named
        .map(|s| (s.vessel, s.side))
        .or_else(|| by_vein(context, lexicon).map(|v| (v, Side::Unknown)))
}

/// "transposed basilic AVF", "cephalic vein fistula": the fistula by the vein it is made of.
fn by_vein(context: &Context<'_>, lexicon: &Lexicon) -> Option<VesselId> {
    let lower = context.lower();
    let of = |vein: &str| {
        lower
            .match_indices(vein)
            .any(|(at, _)| follows(&lower[at + vein.len()..]))
    };
    let id = if of("basilic") {
        "brachiobasilic-fistula"
    } else if of("cephalic") {
        let forearm = ["forearm", "wrist", "radial-cephalic", "snuffbox"];
        if forearm.iter().any(|w| lower.contains(w)) {
            "radiocephalic-fistula"
        } else {
            "brachiocephalic-fistula"
        }
    } else {
        return None;
    };
    lexicon.vessel_id(id)
}

/// Whether a vein is only told to say which fistula is meant: "cephalic vein fistula".
pub(super) fn is_name(context: &Context<'_>, at: Span) -> bool {
    follows(&context.lower()[at.end..])
}

/// Whether a text goes on with a word for a fistula.
fn follows(rest: &str) -> bool {
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("vein ").unwrap_or(rest);
    ["fistula", "avf", "av fistula", "arteriovenous fistula"]
        .iter()
        .any(|w| rest.starts_with(w))
}
