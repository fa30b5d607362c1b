//! The vessel tree: which vessels lie between two, and which touch.

use super::Site;
use crate::{
    lexicon::{Lexicon, Row, System, VesselId},
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
pub(crate) struct Rung {
    pub(crate) site: Site,
    /// What the step from its parent adds to the selective order: 0 where only the name changes.
    pub(crate) step: u32,
    /// The system of the tree it belongs to: `venous`, `abdominal-pelvic-leg`, `thoracic-brachiocephalic`, `pulmonary`,
    /// `portal`, `arterial`, or empty.
    pub(crate) family: String,
    /// Whether the tree itself calls this edge doubtful: anatomy after surgery, a vessel that is not specified.
    pub(crate) doubtful: bool,
}

/// The way from a site to its root, both included, the site first.
pub(crate) fn way_to_root(site: Site, lexicon: &Lexicon) -> Vec<Rung> {
    let tree = &lexicon.tree;
    ancestors(site.whole(lexicon), lexicon)
        .into_iter()
        .map(|site| {
            let row = row(site, lexicon);
            let cell = |column| row.map_or("", |r| tree.cell(r, column));
            Rung {
                site,
                step: cell("order_step").parse().unwrap_or(0),
                family: cell("root_family").to_owned(),
                doubtful: cell("certainty").starts_with("low"),
            }
        })
        .collect()
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

/// The row of the tree that says what a site hangs from. A vessel without a side takes the row of the side it lies on.
fn row(site: Site, lexicon: &Lexicon) -> Option<&Row> {
    let tree = &lexicon.tree;
    let mut rows = lexicon.tree_rows(site.vessel);
    let fits = |r: &&Row| ["any", site.side.name()].contains(&tree.cell(r, "side"));
    rows.clone()
        .find(fits)
        .or_else(|| rows.next().filter(|_| site.side == Side::None))
}

fn parent(site: Site, lexicon: &Lexicon) -> Option<Site> {
    let tree = &lexicon.tree;
    let row = row(site, lexicon)?;
    let vessel = lexicon.whole(lexicon.vessel_id(tree.cell(row, "parent"))?);
    let side = match (lexicon.vessel(vessel).sided, site.side) {
        (false, _) => Side::None,
        // "basilar artery", "median sacral vein": the tree's side, if it gives one.
        (true, Side::None) => match tree.cell(row, "side") {
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
