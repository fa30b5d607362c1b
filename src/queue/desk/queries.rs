//! Asking physicians and taking their answers: a query rests on a flag and quotes the report; its answer becomes an addendum,
//! with which the report is a new version and is read anew.

use rusqlite::Savepoint;

use super::{Desk, object, reading::withhold_codes};
use crate::{
    queue::{
        analyses,
        audit::{self, Event},
        bound::Kind,
        claims,
        gaps::{self, Choice, Indicator, OTHER, Wording},
        holds, neutral,
        queries::{self, NewQuery, Query},
        refusal::{Outcome, Refusal},
        reports::{self, Incoming, Version},
        rights::{Actor, Right},
        secret, sessions,
        store::lock,
        time, users,
    },
    render::{Reading, Totals},
};

/// Characters a question or an answer may have.
const LONGEST_WORDS: usize = 8000;

/// A query before it is sent.
pub struct Draft {
    /// The report.
    pub version: Version,
    /// How the gap is told and asked about.
    pub wording: &'static Wording,
    /// What was found, or not, with the vessels it is about in the words of the report.
    pub told: String,
    /// The open question.
    pub question: String,
    /// The words of the report.
    pub indicators: Vec<Indicator>,
}

/// An answer on its way in. `Debug` is left out: it holds the password.
pub struct NewAnswer {
    /// The name of what was chosen; empty for an open question.
    pub choice: String,
    /// The physician's words.
    pub words: String,
    /// The password, with which the addendum is signed.
    pub password: String,
}

/// What the addendum changed, as the program of today reads both texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Units performed and supported, before and after.
    pub units: [(u32, u32); 2],
    /// Suggestions that are new.
    pub more: Vec<String>,
    /// Suggestions that are gone.
    pub fewer: Vec<String>,
    /// Gaps that are closed, as titles.
    pub closed: Vec<&'static str>,
    /// Gaps that are left.
    pub left: Vec<&'static str>,
}

/// A query with what its page shows.
pub struct QuerySheet {
    /// The query.
    pub query: Query,
    /// The version that is quoted.
    pub version: Version,
    /// What the program reads in it; without codes for who may not see them.
    pub reading: Reading,
    /// The version with the addendum, and what changed; units and suggestions are empty for who may not see them.
    pub after: Option<(Version, Difference)>,
}

impl Desk {
    /// A query on a flag of a report, before it is sent. `flag` counts the flags of the newest reading from 0.
    ///
    /// # Errors
    /// When the role may not, there is no such flag, or it is no business of physicians or rests on no words that can be quoted.
    pub fn draft(&self, actor: &Actor, report: i64, flag: usize) -> Outcome<Draft> {
        self.allow(actor, Right::Query, "query", &object(report))?;
        let version = self.visible(actor, "query", report)?;
        self.write(actor, &Event::done("read", object(report)), |_| Ok(()))?;
        let reading = analyses::read(&self.analyzer, &version);
        let flag = reading.document.flags.get(flag).ok_or(Refusal::Unknown)?;
        let wording = gaps::wording(&flag.rule)
            .ok_or_else(|| Refusal::invalid("this flag is nothing to ask the physician about"))?;
        let indicators = gaps::indicators(&reading, flag);
        if indicators.is_empty() {
            return Err(Refusal::invalid(
                "this flag rests on no words of the report that can be shown to a physician; a query must quote some",
            ));
        }
        if version.physician.is_empty() {
            return Err(Refusal::invalid(
                "the report names no physician to ask; import it again with one",
            ));
        }
        let mut told = wording.told_of(&flag.evidence).to_owned();
        let mut question = wording.question.to_owned();
        let vessels = gaps::vessels(&reading, &flag.rule);
        if !vessels.is_empty() {
            told = format!("{told}: {}", vessels.join(", "));
            question = question.replace("each vessel examined", "each of these vessels");
        }
        Ok(Draft {
            version,
            wording,
            told,
            question,
            indicators,
        })
    }

    /// Sends a query and puts the report on hold until it is answered. An empty question is that of the wording.
    ///
    /// # Errors
    /// As [`Desk::draft`]; when the question leads or names what it must not, somebody else has the report, or a query of
    /// this kind is under way.
    pub fn ask(&self, actor: &Actor, report: i64, flag: usize, question: &str) -> Outcome<i64> {
        let draft = self.draft(actor, report, flag)?;
        let user = actor.user.ok_or(Refusal::Denied)?;
        let question = match question.trim() {
            "" => draft.question.as_str(),
            own => own,
        };
        if question.chars().count() > LONGEST_WORDS {
            return Err(Refusal::invalid("the question is too long"));
        }
        let faults = neutral::faults(self.analyzer.lexicon(), question, &draft.version.text);
        if !faults.is_empty() {
            return Err(Refusal::Invalid(format!(
                "this cannot be sent to a physician: {}",
                faults.join("; ")
            )));
        }
        let choices = draft.wording.all_choices();
        let done = Event::done("query", object(report)).with(draft.wording.rule);
        self.work(actor, "query", &object(report), |tx| {
            if let Some(holder) = claims::holder(tx, report)?.filter(|h| h.user != user) {
                return Err(Refusal::Conflict(crate::queue::Conflict {
                    words: format!("{} has this report", holder.name),
                    ..crate::queue::Conflict::default()
                }));
            }
            let hold = holds::open(tx, report, user, "physician_query", draft.wording.title)?;
            let asked = queries::add(
                tx,
                user,
                &NewQuery {
                    report,
                    version: draft.version.id,
                    rule: draft.wording.rule,
                    title: draft.wording.title,
                    told: &draft.told,
                    question,
                    indicators: &draft.indicators,
                    choices: &choices,
                    hold,
                },
            )?;
            let done = done.binding(tx, &[(Kind::Hold, hold)])?;
            audit::append(tx, &self.store.key, actor, &done)?;
            Ok(asked)
        })
    }

    /// The queries a user may see.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn queries(&self, actor: &Actor) -> Outcome<Vec<Query>> {
        self.allow(actor, Right::Read, "list", "queries")?;
        self.write(actor, &Event::done("list", "queries"), |_| Ok(()))?;
        self.store.read(|c| queries::list(c, actor))
    }

    /// How many queries in a state a user may see; a page that is noted tells of them.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn queries_standing(&self, actor: &Actor, state: &str) -> Outcome<i64> {
        self.allow(actor, Right::Read, "list", "queries")?;
        self.store.read(|c| queries::standing(c, actor, state))
    }

    /// The queries on a report; the page of the report, which was noted, shows them.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn queries_of(&self, actor: &Actor, report: i64) -> Outcome<Vec<Query>> {
        self.allow(actor, Right::Read, "read", &object(report))?;
        self.store.read(|c| queries::of_report(c, actor, report))
    }

    /// A query with the report it quotes and what its answer changed.
    ///
    /// # Errors
    /// When the role may not, or there is no such query for this user.
    pub fn query(&self, actor: &Actor, id: i64) -> Outcome<QuerySheet> {
        let query = self.visible_query(actor, Right::Read, "read", id)?;
        let done = Event::done("read", object(query.report)).with(format!("query {id}"));
        self.write(actor, &done, |_| Ok(()))?;
        let version = self.store.read(|c| reports::version(c, query.version))?;
        let mut reading = analyses::read(&self.analyzer, &version);
        let coded = actor.role.may(Right::SeeCodes);
        let mut after = None;
        if let Some(answer) = &query.answer {
            let added = self.store.read(|c| reports::version(c, answer.addendum))?;
            // Compared with the text just before it: another addendum may have come between.
            let before = self.store.read(|c| reports::before(c, &added))?;
            let mut difference = difference(
                &analyses::read(&self.analyzer, &before),
                &analyses::read(&self.analyzer, &added),
            );
            if !coded {
                difference.units = Default::default();
                difference.more.clear();
                difference.fewer.clear();
            }
            after = Some((added, difference));
        }
        if !coded {
            withhold_codes(&mut reading);
        }
        Ok(QuerySheet {
            query,
            version,
            reading,
            after,
        })
    }

    /// Answers a query: a dated addendum, signed with the password, makes a new version of the report, which is read anew;
    /// the hold ends.
    ///
    /// # Errors
    /// When the role may not, the query is not open, words or the choice are missing, or the password is wrong.
    pub fn answer(&self, actor: &Actor, id: i64, new: &NewAnswer) -> Outcome<()> {
        let query = self.visible_query(actor, Right::Answer, "answer", id)?;
        let user = actor.user.ok_or(Refusal::Denied)?;
        if query.state != "open" {
            return Err(Refusal::conflict("this query is not open any more"));
        }
        let (choice, words) = checked(&query, new)?;
        self.sign(actor, &new.password)?;
        let current = self
            .store
            .read(|c| reports::current(c, actor, query.report))?;
        // The name that stands in the reports, and the user's.
        let name = match &actor.physician {
            Some(physician) => format!("{physician} ({})", actor.name),
            None => actor.name.clone(),
        };
        let text = with_addendum(&current.text, choice, words, &name, time::now());
        let incoming = Incoming {
            patient: None,
            name: current.name.clone(),
            text,
            date: current.date,
            source: "addendum".to_owned(),
            site: current.site.clone(),
            physician: current.physician.clone(),
            status: current.status,
        }
        .checked()?;
        let reading = self.read_incoming(&incoming);
        self.work(actor, "answer", &object(query.report), |tx| {
            if reports::current(tx, actor, query.report)?.id != current.id {
                return Err(Refusal::conflict(
                    "the report has just changed; send the answer again",
                ));
            }
            self.keep(tx, actor, &incoming, &reading)?;
            let added = reports::current(tx, actor, query.report)?;
            let kept = (choice.map(|c| c.key), words);
            queries::answer(tx, id, user, kept, added.id)?;
            let closed = close_hold(tx, &query, user)?;
            let done = Event::done("answer", object(query.report)).with(format!("query {id}"));
            audit::append(tx, &self.store.key, actor, &done.binding(tx, &closed)?)
        })
    }

    /// Ends a query: an answered one is closed, an open one cancelled, which needs a reason.
    ///
    /// # Errors
    /// When the role may not, it has ended already, or no reason is given.
    pub fn end_query(&self, actor: &Actor, id: i64, outcome: &str) -> Outcome<()> {
        let query = self.visible_query(actor, Right::Query, "end query", id)?;
        let user = actor.user.ok_or(Refusal::Denied)?;
        let outcome = outcome.trim();
        if outcome.chars().count() > LONGEST_WORDS {
            return Err(Refusal::invalid("the note is too long"));
        }
        if query.state == "open" && outcome.is_empty() {
            return Err(Refusal::invalid("say why the query is taken back"));
        }
        let done = Event::done("end query", object(query.report)).with(format!("query {id}"));
        self.work(actor, "end query", &object(query.report), |tx| {
            queries::end(tx, &query, user, outcome)?;
            let closed = close_hold(tx, &query, user)?;
            audit::append(tx, &self.store.key, actor, &done.binding(tx, &closed)?)
        })
    }

    /// A query this user may see.
    fn visible_query(&self, actor: &Actor, right: Right, event: &str, id: i64) -> Outcome<Query> {
        let name = format!("query {id}");
        self.allow(actor, right, event, &name)?;
        match self.store.read(|c| queries::get(c, actor, id)) {
            Err(Refusal::Unknown) => {
                self.note(actor, &Event::denied(event, name))?;
                Err(Refusal::Unknown)
            }
            found => found,
        }
    }

    /// Sees that it is the user who signs. Wrong passwords make the next one wait, as at the log-in.
    fn sign(&self, actor: &Actor, password: &str) -> Outcome<()> {
        let account = [format!("user {}", actor.name.to_lowercase())];
        self.store.read(|c| sessions::may_try(c, &account))?;
        let known = self.store.read(|c| users::by_name(c, &actor.name))?;
        let hash = known.and_then(|(_, hash)| hash);
        let right = {
            let _one = lock(&self.hashing);
            secret::is_password(hash.as_deref(), password)
        };
        if right {
            return Ok(());
        }
        let denied = Event::denied("sign", "addendum");
        self.write(actor, &denied, |tx| sessions::failed(tx, &account))?;
        Err(Refusal::invalid(
            "the password is not right; the addendum was not signed and not saved",
        ))
    }
}

/// What was chosen, and the words; both fit the query.
fn checked<'a>(query: &Query, new: &'a NewAnswer) -> Outcome<(Option<&'static Choice>, &'a str)> {
    let words = new.words.trim();
    if words.chars().count() > LONGEST_WORDS || words.contains('\0') {
        return Err(Refusal::invalid(
            "the answer is too long, or holds binary content",
        ));
    }
    let choice = query.choices.iter().find(|c| c.key == new.choice).copied();
    if !query.choices.is_empty() && choice.is_none() {
        return Err(Refusal::invalid("choose one of the answers"));
    }
    if words.is_empty() && choice.is_none_or(|c| c.needs_words) {
        return Err(Refusal::invalid("write the addendum in your own words"));
    }
    Ok((choice, words))
}

/// The text with a dated, signed addendum at its end.
#[must_use]
pub fn with_addendum(
    text: &str,
    choice: Option<&Choice>,
    words: &str,
    name: &str,
    at: time::Moment,
) -> String {
    let chosen = choice
        .filter(|c| **c != OTHER)
        .map(|c| format!("{}.\n", c.words));
    format!(
        "{}\n\nADDENDUM:\n{}{}{}Electronically signed by {name}, {}\n",
        text.trim_end(),
        chosen.unwrap_or_default(),
        words,
        if words.is_empty() { "" } else { "\n" },
        // In a form that is not taken for a date of service.
        time::iso(at),
    )
}

/// Ends the hold of a query; the row that was changed.
fn close_hold(tx: &Savepoint<'_>, query: &Query, user: i64) -> Outcome<Vec<(Kind, i64)>> {
    // Somebody may have taken it away by hand.
    match holds::close(tx, query.report, query.hold, user) {
        Err(Refusal::Conflict(_)) => Ok(Vec::new()),
        closed => closed.map(|()| vec![(Kind::HoldEnd, query.hold)]),
    }
}

/// What a text has more or less than the one before.
fn difference(before: &Reading, after: &Reading) -> Difference {
    let keys = |r: &Reading| -> Vec<String> {
        analyses::suggestions(r)
            .into_iter()
            .map(|s| s.key)
            .collect()
    };
    let titles = |r: &Reading| -> Vec<&'static str> {
        let found = gaps::gaps(&r.document.flags);
        found.iter().map(|g| g.wording.title).collect()
    };
    let (was, is) = (keys(before), keys(after));
    let (had, has) = (titles(before), titles(after));
    Difference {
        units: [Totals::of(before).units(), Totals::of(after).units()],
        more: is.iter().filter(|k| !was.contains(k)).cloned().collect(),
        fewer: was.iter().filter(|k| !is.contains(k)).cloned().collect(),
        closed: had.iter().filter(|t| !has.contains(t)).copied().collect(),
        left: has,
    }
}
