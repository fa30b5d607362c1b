//! The vessel tree: which vessels lie between two, and which touch.

use super::Site;
use crate::{
    lexicon::{Lexicon, System, VesselId},
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

fn parent(site: Site, lexicon: &Lexicon) -> Option<Site> {
    let id = &lexicon.vessel(site.vessel).id;
    let tree = &lexicon.tree;
    let row = tree.rows.iter().find(|r| {
        tree.cell(r, "child") == id
            && (tree.cell(r, "side") == "any" || tree.cell(r, "side") == site.side.name())
    })?;
    let parent = lexicon.whole(lexicon.vessel_id(tree.cell(row, "parent"))?);
    let side = if lexicon.vessel(parent).sided {
        site.side
    } else {
        Side::None
    };
    Some(Site {
        vessel: parent,
        side,
    })
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
