//! Procedures other than IVUS: filter work, foreign bodies, and what was treated where.

use super::{
    Procedure,
    reader::{Context, Mode, Record},
};
use crate::{
    context::{Status, assert_act},
    lexicon::ProcedureClass,
    text::Role as Mark,
};

/// The procedures of the session.
pub(super) fn procedures(context: &Context<'_>, records: &[Record<'_>]) -> Vec<Procedure> {
    let mut found: Vec<Procedure> = Vec::new();
    for record in records {
        for word in record.clause.words {
            let Some(class) = word.procedure() else { continue };
            let asserted = assert_act(context.text(), &record.clause, word.span, context.lexicon);
            let status = match record.mode {
                Mode::Past => Status::Historical,
                Mode::Plan | Mode::Reason | Mode::Off => Status::Planned,
                Mode::Live | Mode::Summary | Mode::Claim => asserted.status,
            };
            let id = match class {
                ProcedureClass::FilterInsert => "filter-insertion",
                ProcedureClass::FilterRetrieve => "filter-retrieval",
                ProcedureClass::FilterReposition => "filter-reposition",
                ProcedureClass::ForeignBody => "foreign-body-retrieval",
            };
            let evidence = context.evidence(word.span, Mark::Procedure);
            match found.iter_mut().find(|p| p.class == Some(class) && p.status == status) {
                Some(p) => p.evidence.extend(&evidence),
                None => found.push(Procedure { id: id.to_owned(), class: Some(class), status, evidence }),
            }
        }
    }
    found
}
