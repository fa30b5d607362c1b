//! Words of a catheter placement that all formats for people share.

use super::{json::PlacementDoc, vessel_words};

/// "right common femoral vein to left external iliac vein"; one name when the catheter stayed where it was put in.
pub(crate) fn way(placement: &PlacementDoc) -> String {
    if placement.from == placement.to {
        vessel_words(&placement.from)
    } else {
        let (from, to) = (vessel_words(&placement.from), vessel_words(&placement.to));
        format!("{from} to {to}")
    }
}

/// How selective it is, and how sure: "order 2, certainty high".
pub(crate) fn order(placement: &PlacementDoc) -> String {
    let order = match placement.selectivity {
        "selective" => format!("order {}", placement.order),
        "access" => "access only".to_owned(),
        _ => "not selective".to_owned(),
    };
    format!("{order}, certainty {}", placement.certainty)
}

/// What holds it, when something of the session does.
pub(crate) fn held(placement: &PlacementDoc) -> Option<String> {
    let code = placement.bundled_by.as_ref()?;
    Some(format!("included in {code}, not reported beside it"))
}
