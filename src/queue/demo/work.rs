//! A fortnight of work in the demo: reports of half a year come in, two coders decide on them, ask and wait, a physician answers.
//! What the coders correct is what the program reads wrongly in these reports.

use std::iter;

use super::acting;
use crate::queue::{
    Desk, NewAnswer,
    analyses::Suggestion,
    confirmations::Confirmed,
    decisions::Verdict,
    procedures::Choice,
    refusal::{Outcome, Refusal},
    reports::Incoming,
    rights::Actor,
    time::{self, DAY, MINUTE, Moment},
};

const HOUR: Moment = 60 * MINUTE;

/// How long ago the first report came.
pub(super) const BEGAN: Moment = 14 * DAY;

const NORTH: &str = "North";
const SOUTH: &str = "South";
const WEST: &str = "West";

/// Who wrote reports, and where. The physician of the demo is the first.
const ALDER: (&str, &str) = ("Dr. Alder", NORTH);
const BIRCH: (&str, &str) = ("Dr. Birch", SOUTH);
const CEDAR: (&str, &str) = ("Dr. Cedar", NORTH);
const DOGWOOD: (&str, &str) = ("Dr. Dogwood", WEST);

/// A report and what becomes of it.
struct Case {
    name: &'static str,
    text: &'static str,
    by: (&'static str, &'static str),
    deed: Deed,
}

/// What a coder does with a report.
enum Deed {
    /// Decides and finishes; as suggested but for these.
    Finish(&'static [Correction]),
    /// Lets it wait, for a reason with a note.
    Hold(&'static str, &'static str),
    /// Has it in hand now.
    Claim,
    /// Takes it on for later.
    Assign,
    /// Has not seen it yet.
    Leave,
    /// Asks the physician about the first gap.
    Ask(Reply),
}

/// What became of a question.
enum Reply {
    /// Nothing yet.
    Awaited,
    /// An answer, which no coder has seen yet.
    Answered(&'static str),
    /// An answer, with which the report was finished.
    Used(&'static str),
    /// It was taken back, for a reason.
    Cancelled(&'static str),
}

/// What a coder decides otherwise than the program suggests.
enum Correction {
    Reject(&'static str, &'static str, &'static str),
    Add(&'static str, &'static str, &'static str),
}

const AS_SUGGESTED: Deed = Deed::Finish(&[]);

macro_rules! cases {
    ($($name:literal $by:ident $deed:expr;)*) => {
        &[$(Case {
            name: $name,
            text: include_str!(concat!("../../../corpus/reports/", $name, ".txt")),
            by: $by,
            deed: $deed,
        }),*]
    };
}

/// In the order in which they came.
const CASES: &[Case] = cases! {
    "2880-tibial-habit" BIRCH AS_SUGGESTED;
    "1465-pelvic-venous-study-labelled" ALDER AS_SUGGESTED;
    "2846-arterial-iliac" BIRCH AS_SUGGESTED;
    "3120-venous-svc-catheter" CEDAR AS_SUGGESTED;
    "2174-op-note-with-table-bilateral-compr" DOGWOOD AS_SUGGESTED;
    "536-svc-telegraphic" ALDER AS_SUGGESTED;
    "1523-ir-iliofemoral-dvt-thrombectomy" CEDAR AS_SUGGESTED;
    "1017-coronary-only" DOGWOOD AS_SUGGESTED;
    "1092-telegram-bilateral" BIRCH AS_SUGGESTED;
    "704-template-pelvic-veins" CEDAR Deed::Ask(Reply::Cancelled("told on another page of the same report"));
    "3644-side-addendum" DOGWOOD Deed::Finish(&[Correction::Reject(
        "37252 none inferior-vena-cava",
        "not_performed",
        "the recording began below it",
    )]);
    "2741-venous-terse" ALDER AS_SUGGESTED;
    "3131-venous-dictation" CEDAR AS_SUGGESTED;
    "925-iliac-stent-template" DOGWOOD AS_SUGGESTED;
    "3391-venous-letter" ALDER AS_SUGGESTED;
    "2393-iliac-vein-stent-no-ivus-auth" BIRCH AS_SUGGESTED;
    "1002-dvt-one-clot" CEDAR Deed::Ask(Reply::Awaited);
    "2152-bypass-graft-surveillance-office-l" BIRCH Deed::Ask(Reply::Awaited);
    "3063-venous-twodates" DOGWOOD Deed::Hold("second_opinion", "two visits in one text");
    "1076-dialysis-center" ALDER AS_SUGGESTED;
    "2351-iliac-vein-stent-clinic" CEDAR AS_SUGGESTED;
    "3431-venous-terse" ALDER AS_SUGGESTED;
    "2531-renal-vein-nutcracker" DOGWOOD AS_SUGGESTED;
    "2581-tevar-type-b" BIRCH AS_SUGGESTED;
    "2655-dialysis-declot" CEDAR Deed::Finish(&[Correction::Add(
        "37253",
        "left av-venous-anastomosis",
        "ring of soft hyperplasia",
    )]);
    "2415-carotid-filter-stent" ALDER AS_SUGGESTED;
    "2703-venous-bilateral" BIRCH AS_SUGGESTED;
    "2821-venous-segment-boxes" DOGWOOD Deed::Finish(&[Correction::Add(
        "37253",
        "right common-iliac-vein",
        "161 mm2, nothing abnormal",
    )]);
    "3117-dialysis-graft-central" CEDAR AS_SUGGESTED;
    "539-tibial-table" ALDER AS_SUGGESTED;
    "610-pelvic-congestion" DOGWOOD AS_SUGGESTED;
    "3382-venous-addendum" BIRCH AS_SUGGESTED;
    "3122-venous-terse-pts" ALDER
        Deed::Ask(Reply::Used("IVUS of the right femoral vein showed a lumen of 78 mm² with synechiae."));
    "2861-leftiliac-terse" CEDAR AS_SUGGESTED;
    "3371-venous-terse" ALDER AS_SUGGESTED;
    "464" ALDER
        Deed::Ask(Reply::Answered("IVUS of the right innominate vein showed a diameter of 14 mm and no web."));
    "1482-letter-to-the-referring" DOGWOOD AS_SUGGESTED;
    "2717-arterial-caps-va" BIRCH Deed::Hold("missing_addendum", "");
    "3043-venous-scar" ALDER AS_SUGGESTED;
    "742-asr-left-iliac" CEDAR AS_SUGGESTED;
    "2443-radiation-iliac-vein-dictation" DOGWOOD AS_SUGGESTED;
    "1252-limb-salvage-center" ALDER AS_SUGGESTED;
    "3294-dialysis-tabbed" BIRCH AS_SUGGESTED;
    "580-portal-stent" CEDAR AS_SUGGESTED;
    "3166-nivl-bilateral" ALDER Deed::Claim;
    "1023-addendum-side" BIRCH Deed::Claim;
    "3423-dialysis-dictation" DOGWOOD Deed::Assign;
    "2464-effort-thrombosis-arm" CEDAR Deed::Assign;
    "1165-left-upper-arm-graft-declot" CEDAR Deed::Leave;
    "1217-unproofed-lower-case" BIRCH Deed::Leave;
    "1372-thoracic-outlet-service-plain" ALDER Deed::Leave;
    "2184-terse-interventional-cardiology-no" DOGWOOD Deed::Leave;
    "2303-stent-recheck-prior-ivus" ALDER Deed::Leave;
    "2546-svc-syndrome-leads" BIRCH Deed::Leave;
    "2598-svc-port" CEDAR Deed::Leave;
    "2696-none-failed" DOGWOOD Deed::Leave;
    "2786-venous-caps-dvt" ALDER Deed::Leave;
    "2933-mesenteric-trainee" ALDER Deed::Leave;
    "3086-dialysis-no-ivus" CEDAR Deed::Leave;
    "3113-venous-bilateral-office" BIRCH Deed::Leave;
    "3411-coronary-and-leg" DOGWOOD Deed::Leave;
    "3661-filter-removal" CEDAR Deed::Leave;
};

/// One moment of it.
#[derive(Clone, Copy)]
enum Step {
    /// The report comes.
    Come,
    /// A coder does what is to be done with it.
    Work,
    /// The physician answers, or the question is taken back.
    Reply,
    /// The coder goes on with the answer.
    GoOn,
}

/// When each step was, in milliseconds before now, the first one first.
fn steps() -> Vec<(Moment, usize, Step)> {
    let between = BEGAN / Moment::try_from(CASES.len() + 1).unwrap_or(1);
    let mut came = BEGAN;
    let mut all = Vec::new();
    for (n, case) in CASES.iter().enumerate() {
        let took = (2 + Moment::try_from(n * 7 % 20).unwrap_or_default()) * HOUR;
        let at = |hours: Moment| (came - took - hours * HOUR).max(0);
        all.push((came, n, Step::Come));
        match &case.deed {
            Deed::Leave => {}
            Deed::Claim | Deed::Assign => all.push((0, n, Step::Work)),
            Deed::Ask(reply) => {
                all.push((at(0), n, Step::Work));
                if !matches!(reply, Reply::Awaited) {
                    all.push((at(20), n, Step::Reply));
                }
                if matches!(reply, Reply::Used(_)) {
                    all.push((at(24), n, Step::GoOn));
                }
            }
            Deed::Finish(_) | Deed::Hold(..) => all.push((at(0), n, Step::Work)),
        }
        came -= between;
    }
    all.sort_by_key(|(ago, ..)| -ago);
    all
}

/// Who works.
struct Team<'a> {
    desk: &'a Desk,
    password: &'a str,
    coders: [Actor; 2],
    physician: Actor,
    /// The number of each report that came, by its place in [`CASES`].
    reports: Vec<Option<i64>>,
}

/// Lets it all happen.
pub(super) fn fill(desk: &Desk, password: &str) -> Outcome<()> {
    let mut team = Team {
        desk,
        password,
        coders: [acting(desk, "coder")?, acting(desk, "coder2")?],
        physician: acting(desk, "physician")?,
        reports: iter::repeat_n(None, CASES.len()).collect(),
    };
    for (ago, n, step) in steps() {
        time::earlier(ago, || team.step(n, step))?;
    }
    Ok(())
}

impl Team<'_> {
    fn step(&mut self, n: usize, step: Step) -> Outcome<()> {
        let case = &CASES[n];
        let coder = self.coders[n % 2].clone();
        if let Step::Come = step {
            self.reports[n] = Some(self.come(case)?);
            return Ok(());
        }
        let report = self.reports[n].ok_or(Refusal::Unknown)?;
        match (step, &case.deed) {
            (Step::Work, Deed::Finish(corrections)) => self.finish(&coder, report, corrections),
            (Step::Work, Deed::Hold(reason, note)) => {
                let claim = self.desk.claim(&coder, report)?;
                self.desk.hold(&coder, report, claim.fence, reason, note)?;
                self.desk.release(&coder, report)
            }
            (Step::Work, Deed::Claim) => self.begin(&coder, report),
            (Step::Work, Deed::Assign) => self.desk.assign(&coder, report, coder.user),
            (Step::Work, Deed::Ask(_)) => self.ask(&coder, report),
            (Step::Reply, Deed::Ask(Reply::Cancelled(why))) => {
                self.desk
                    .end_query(&coder, self.query(&coder, report)?, why)
            }
            (Step::Reply, Deed::Ask(Reply::Answered(words) | Reply::Used(words))) => {
                let answer = NewAnswer {
                    choice: String::new(),
                    words: (*words).to_owned(),
                    password: self.password.to_owned(),
                };
                let query = self.query(&self.physician, report)?;
                self.desk.answer(&self.physician, query, &answer)
            }
            (Step::GoOn, _) => {
                self.desk.end_query(
                    &coder,
                    self.query(&coder, report)?,
                    "the addendum tells it",
                )?;
                self.finish(&coder, report, &[])
            }
            _ => Ok(()),
        }
    }

    fn come(&self, case: &Case) -> Outcome<i64> {
        let incoming = Incoming {
            patient: None,
            name: case.name.to_owned(),
            text: case.text.to_owned(),
            date: None,
            source: "demo".to_owned(),
            site: case.by.1.to_owned(),
            physician: case.by.0.to_owned(),
            status: None,
        };
        Ok(self.desk.import(&Actor::command(), incoming)?.report())
    }

    /// Asks about the first flag that a physician can be asked about.
    fn ask(&self, coder: &Actor, report: i64) -> Outcome<()> {
        let flags = self.desk.open(coder, report)?.reading.document.flags;
        for number in 0..flags.len() {
            if self.desk.ask(coder, report, number, "").is_ok() {
                return Ok(());
            }
        }
        Err(Refusal::Unknown)
    }

    /// The query on a report.
    fn query(&self, actor: &Actor, report: i64) -> Outcome<i64> {
        let queries = self.desk.queries_of(actor, report)?;
        queries.first().map(|q| q.id).ok_or(Refusal::Unknown)
    }

    /// Takes a report and decides on the first suggestion.
    fn begin(&self, coder: &Actor, report: i64) -> Outcome<()> {
        let claim = self.desk.claim(coder, report)?;
        let sheet = self.desk.open(coder, report)?;
        if let Some(first) = sheet.suggestions.first() {
            self.desk
                .decide(coder, report, claim.fence, &accept(first))?;
        }
        Ok(())
    }

    /// Decides on all of it and finishes.
    fn finish(&self, coder: &Actor, report: i64, corrections: &[Correction]) -> Outcome<()> {
        let fence = self.desk.claim(coder, report)?.fence;
        let sheet = self.desk.open(coder, report)?;
        let strict = coder.name == self.coders[0].name;
        let mut verdicts: Vec<Verdict> = sheet
            .suggestions
            .iter()
            .map(|s| verdict(s, corrections, strict))
            .collect();
        for correction in corrections {
            if let Correction::Add(code, vessel, words) = correction {
                verdicts.push(Verdict::Add {
                    code: (*code).to_owned(),
                    vessel: (*vessel).to_owned(),
                    words: Some(self.desk.cite(coder, report, "", words)?),
                    note: String::new(),
                });
            }
        }
        self.desk.decide_all(coder, report, fence, &verdicts)?;
        if strict {
            for offered in &sheet.offered {
                let accepted = (offered.key.as_str(), &Choice::Accept);
                self.desk.decide_procedure(coder, report, fence, accepted)?;
            }
        }
        for (code, could) in self.desk.open(coder, report)?.bill.firsts {
            if let Some(next) = could.first() {
                let change = Verdict::Change {
                    suggestion: next.key.clone(),
                    code,
                    vessel: next.vessel.clone(),
                    note: String::new(),
                };
                self.desk.decide(coder, report, fence, &change)?;
            }
        }
        match self.desk.finish(coder, report, fence) {
            Err(Refusal::Doubts(doubts)) => {
                let confirmed = Confirmed {
                    doubts: doubts.into_iter().map(|d| d.key).collect(),
                    note: "seen in the images that came with the report".to_owned(),
                };
                self.desk.finish_confirmed(coder, report, fence, &confirmed)
            }
            done => done,
        }
    }
}

fn accept(suggestion: &Suggestion) -> Verdict {
    Verdict::Accept {
        suggestion: suggestion.key.clone(),
    }
}

/// What a coder makes of a suggestion; a strict one rejects what the text does not support, the other stands for it.
fn verdict(suggestion: &Suggestion, corrections: &[Correction], strict: bool) -> Verdict {
    let reject = |reason: &str, note: &str| Verdict::Reject {
        suggestion: suggestion.key.clone(),
        reason: reason.to_owned(),
        note: note.to_owned(),
    };
    for correction in corrections {
        if let Correction::Reject(key, reason, note) = correction
            && *key == suggestion.key
        {
            return reject(reason, note);
        }
    }
    match suggestion.lacks {
        Some("no findings") if strict => reject("no_finding", ""),
        Some(_) if strict => reject("no_necessity", ""),
        _ => accept(suggestion),
    }
}
