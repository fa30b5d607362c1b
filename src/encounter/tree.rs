//! The vessel tree: which vessels lie between two, and which touch.

use super::Site;
use crate::{
    lexicon::{Branch, Lexicon, System, VesselId},
    mention::Side,
};

/// The vessels from `from` to `to`, both included, along the tree; `None` when they do not hang together.
pub(crate) fn path_between(from: Site, to: Site, lexicon: &Lexicon) -> Option<Vec<Site>> {
    let up = ancestors(from.whole(lexicon), lexicon);
    let down = ancestors(to.whole(lexicon), lexicon);
    let (i, j) = up
        .iter()
        .enumerate()
        .find_map(|(i, a)| down.iter().position(|b| a == b).map(|j| (i, j)))?;
    let mut path: Vec<Site> = up[..=i].to_vec();
    path.extend(down[..j].iter().rev());
    Some(path)
}

/// One vessel on the way from a site to the root it hangs from.
#[derive(Clone, Debug)]
pub(crate) struct Rung<'a> {
    pub(crate) site: Site,
    /// What the step from its parent adds to the selective order: 0 where only the name changes.
    pub(crate) step: u32,
    /// The system of the tree it belongs to: `venous`, `abdominal-pelvic-leg`, `thoracic-brachiocephalic`, `pulmonary`,
    /// `portal`, `arterial`, or empty.
    pub(crate) family: &'a str,
    /// Whether the tree itself calls this edge doubtful: anatomy after surgery, a vessel that is not specified.
    pub(crate) doubtful: bool,
}

/// The way from a site to its root, both included, the site first.
pub(crate) fn way_to_root(site: Site, lexicon: &Lexicon) -> Vec<Rung<'_>> {
    let rung = |site| {
        let branch = branch(site, lexicon);
        Rung {
            site,
            step: branch.map_or(0, |b| b.step),
            family: branch.map_or("", |b| &b.family),
            doubtful: branch.is_some_and(|b| b.doubtful),
        }
    };
    let sites = ancestors(site.whole(lexicon), lexicon);
    sites.into_iter().map(rung).collect()
}

/// Whether two sites touch or are the same vessel.
pub(crate) fn touch(a: Site, b: Site, lexicon: &Lexicon) -> bool {
    let (a, b) = (a.whole(lexicon), b.whole(lexicon));
    let sides = a.side == b.side
        || a.side == Side::None
        || b.side == Side::None
        || a.side == Side::Unknown
        || b.side == Side::Unknown;
    let neighbour = |x: VesselId, y: VesselId| {
        lexicon.vessels.iter().enumerate().any(|(n, v)| {
            u16::try_from(n).is_ok_and(|n| lexicon.whole(VesselId(n)) == x)
                && v.neighbours.iter().any(|m| lexicon.whole(*m) == y)
        })
    };
    // A graft may be sewn to any vessel of its side.
    let graft = [a, b].iter().any(|s| {
        matches!(
            lexicon.vessel(s.vessel).system,
            System::Graft | System::Access
        )
    });
    sides
        && (graft
            || a.vessel == b.vessel
            || neighbour(a.vessel, b.vessel)
            || neighbour(b.vessel, a.vessel))
}

/// A site and the sites it hangs from, nearest first.
fn ancestors(site: Site, lexicon: &Lexicon) -> Vec<Site> {
    let mut path = vec![site];
    let mut current = site;
    while let Some(parent) = parent(current, lexicon) {
        if path.contains(&parent) || path.len() > 24 {
            break;
        }
        path.push(parent);
        current = parent;
    }
    path
}

/// What the tree says a site hangs from. A vessel without a side takes the row of the side it lies on.
fn branch(site: Site, lexicon: &Lexicon) -> Option<&Branch> {
    let branches = lexicon.branches(site.vessel);
    let fits = |b: &&Branch| b.side == "any" || b.side == site.side.name();
    let first = || branches.first().filter(|_| site.side == Side::None);
    branches.iter().find(fits).or_else(first)
}

fn parent(site: Site, lexicon: &Lexicon) -> Option<Site> {
    let branch = branch(site, lexicon)?;
    let vessel = lexicon.whole(branch.parent?);
    let side = match (lexicon.vessel(vessel).sided, site.side) {
        (false, _) => Side::None,
        // "basilar artery", "median sacral vein": the tree's side, if it gives one.
        (true, Side::None) => match branch.side.as_str() {
            "left" => Side::Left,
            "right" => Side::Right,
            _ => Side::Unknown,
        },
        (true, side) => side,
    };
    Some(Site { vessel, side })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_runs_along_the_tree() {
        let lexicon = Lexicon::builtin();
        let site = |id: &str, side| Site {
            vessel: lexicon.vessel_id(id).unwrap(),
            side,
        };
        let path = path_between(
            site("popliteal-vein", Side::Left),
            site("inferior-vena-cava", Side::None),
            &lexicon,
        )
        .unwrap();
        let names: Vec<String> = path.iter().map(|s| s.key(&lexicon)).collect();
        assert_eq!(
            names,
            [
                "left popliteal-vein",
                "left femoral-vein",
                "left common-femoral-vein",
                "left external-iliac-vein",
                "left common-iliac-vein",
                "none inferior-vena-cava"
            ]
        );
        assert!(touch(path[0], path[1], &lexicon));
        assert!(!touch(path[0], path[3], &lexicon));
    }
}
