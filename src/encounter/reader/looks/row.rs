//! What a table row says of a look: which of its readings are of IVUS, and whether its box or column says that IVUS looked.

use super::super::{
    super::{
        findings::Reading,
        scene::View,
        table::{Asked, Columns, SideColumns, VesselColumns},
    },
    Mode, Reader,
    clause::is_ticked,
};
use super::{Named, Telling};
use crate::{context::Status, segment::Layout};

impl Reader<'_> {
    /// The readings a table row gives for IVUS, and what its box or column says of the look. A header row is kept for
    /// the rows below it; what is no row ends the table.
    pub(super) fn row(
        &mut self,
        view: &View<'_>,
        mut readings: Vec<Reading>,
    ) -> (Vec<Reading>, Option<Status>) {
        let mut row = says_not_recorded(view).then_some(Status::Negated);
        if view.unit.unit.layout == Layout::Row {
            if let Some(sides) = SideColumns::of_header(view) {
                self.side_columns = Some(sides);
            }
            if let Some(asked) = Asked::of_header(view) {
                self.asked = Some(asked);
            } else if let Some(said) = self.asked.as_ref().and_then(|a| a.says(view)) {
                row = Some(said);
            }
            if let Some(columns) = Columns::of_header(view) {
                self.columns = Some(columns);
            } else if let Some(columns) = &self.columns {
                readings.retain(|r| columns.is_ivus(view, r.span));
                row = Some(if columns.refuses(view) {
                    Status::Negated
                } else {
                    Status::Performed
                });
            }
        } else {
            self.columns = None;
            self.side_columns = None;
            self.asked = None;
            self.vessel_columns = None;
        }
        (
            readings,
            row.or_else(|| is_box_ticked(view).then_some(Status::Performed)),
        )
    }

    /// Whether the row is one of a table with a column for each vessel: its heads, or readings, each of the vessel it stands under.
    pub(super) fn under_vessels(&mut self, telling: &Telling<'_>) -> bool {
        let view = telling.view;
        if view.unit.unit.layout != Layout::Row || telling.mode != Mode::Live {
            return false;
        }
        let named = |l: usize| self.sites(&view.clause.lists[l]);
        if let Some(columns) = VesselColumns::of_header(view, named) {
            self.vessel_columns = Some(columns);
            return true;
        }
        let Some(columns) = self.vessel_columns.take() else {
            return false;
        };
        let mut read = false;
        if telling.frame.is_ivus() {
            for reading in &telling.readings {
                if let Some(named) = columns.of(view, reading.span) {
                    self.read_in_frame(telling, named, Status::Performed, &[reading]);
                    let whole = |n: &Named| n.0.whole(self.context.lexicon);
                    self.told.extend(named.iter().map(whole));
                    read = true;
                }
            }
        }
        self.vessel_columns = Some(columns);
        read
    }
}

/// "R EIV    wide    ---    not recorded", "SVC | brisk | nd |": a row without a measurement that says so.
fn says_not_recorded(view: &View<'_>) -> bool {
    const WORDS: [&str; 8] = [
        "not recorded",
        "not done",
        "n.d.",
        "not imaged",
        "not scanned",
        "not studied",
        "not examined",
        "not interrogated",
    ];
    let told = &view.lower[view.unit.unit.span.start..view.unit.unit.span.end];
    view.unit.unit.layout == Layout::Row
        && view.readings().is_empty()
        && (WORDS.iter().any(|w| told.contains(w))
            || told
                .split(['|', '\t'])
                .any(|c| ["nd", "n/d"].contains(&c.trim())))
}

/// Whether a box in a row, or before an entry that names no other study and no device, is ticked.
fn is_box_ticked(view: &View<'_>) -> bool {
    let text = &view.text[view.clause.span.start..view.clause.span.end];
    let inside =
        view.unit.unit.layout == Layout::Row && ["[x]", "[X]"].iter().any(|b| text.contains(b));
    let mut words = view.clause.words.iter();
    inside
        || (view.unit.unit.layout != Layout::Prose
            && is_ticked(view)
            && words.all(|w| w.modality().is_none() && w.device().is_none()))
}
