//! Which words of a clause tell of a treatment or a diagnostic study, and whether it was done in this session.
//! Knows nothing of codes.

use std::cell::OnceCell;

use super::super::reader::{Context, Mode, Record};
use crate::{
    context::{Status, assert_act},
    lexicon::{Category, Grammar, Modality, ProcedureWord, Technique, WordForm},
    mention::{Measure, Word, dates, labelled},
    segment::{Layout, SectionKind},
    text::Span,
};

/// A treatment or study that a clause tells of.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub(super) technique: Technique,
    pub(super) status: Status,
    /// From a title or list of procedures, or a summary: yields to what the description says.
    pub(super) claim: bool,
    /// The record it stands in.
    pub(super) record: usize,
    /// The word, in the folded text.
    pub(super) word: Span,
    pub(super) cue: Option<Span>,
}

/// Every act of the records, in report order.
pub(super) fn acts(context: &Context<'_>, records: &[Record<'_>]) -> Vec<Act> {
    let year = OnceCell::new();
    let mut found = Vec::new();
    for (n, record) in records.iter().enumerate() {
        if !record.clause.words.iter().any(|w| w.procedure().is_some()) || !speaks(context, record) {
            continue;
        }
        let reading = Reading::new(context, record, &year);
        for word in record.clause.words {
            let Some(named) = word.procedure().filter(|p| p.technique != Technique::Filter) else { continue };
            if let Some((technique, status, cue)) = reading.act(word, named) {
                let claim = matches!(record.mode, Mode::Claim | Mode::Summary | Mode::Off) || is_title(context, record);
                // Of a heading over findings only the study counts.
                if context.units[record.unit].unit.layout == Layout::Heading && record.unit >= 4 && named.form != WordForm::Study {
                    continue;
                }
                found.push(Act { technique, status, claim, record: n, word: word.span, cue });
            }
        }
    }
    found
}

/// Whether a record's words can tell of procedures at all.
fn speaks(context: &Context<'_>, record: &Record<'_>) -> bool {
    let kind = context.kind(record.unit);
    if context.units[record.unit].unit.layout == Layout::Heading {
        // "VENOGRAM:" stands over what the study showed.
        let study = record.clause.words.iter().any(|w| w.procedure().is_some_and(|p| p.form == WordForm::Study));
        if kind == SectionKind::OtherModality && study {
            return true;
        }
        // Only the heading at the top is a title; the others name a section.
        let reasons = matches!(kind, SectionKind::History | SectionKind::Background | SectionKind::Comparison | SectionKind::Plan | SectionKind::Planned);
        return record.unit < 4 && !reasons && !matches!(kind, SectionKind::Diagnosis | SectionKind::Indication | SectionKind::Necessity);
    }
    match record.mode {
        Mode::Off => kind == SectionKind::Implants,
        Mode::Reason => false,
        _ => true,
    }
}

/// Whether a clause stands in the report's title: its first line, or an entry of the list of procedures. A lone "venogram"
/// or "IVUS" in that list looks like a heading and cuts it off from its section.
pub(super) fn is_title(context: &Context<'_>, record: &Record<'_>) -> bool {
    if record.mode == Mode::Claim {
        return true;
    }
    let unit = &context.units[record.unit].unit;
    if unit.layout == Layout::Item && unit.span.end - unit.span.start < 120 {
        for back in (record.unit.saturating_sub(8)..record.unit).rev() {
            let (before, after) = (&context.units[back].unit, &context.units[back + 1].unit);
            let gap = context.report.text.get(context.source(before.span).end..context.source(after.span).start).unwrap_or_default();
            if gap.contains("\n\n") || gap.contains("\r\n\r\n") {
                break;
            }
            if matches!(context.kind(back), SectionKind::Procedures | SectionKind::Exam) {
                return true;
            }
            if gap.contains(':') {
                break;
            }
        }
    }
    record.unit == 0 && context.kind(0) == SectionKind::Header && unit.span.end - unit.span.start < 120 && !record.clause.words.iter().any(|w| w.is_grammar(Grammar::Aux))
}

/// One clause with what is needed to judge its words.
struct Reading<'a> {
    context: &'a Context<'a>,
    record: &'a Record<'a>,
    /// The clause in lower case, byte for byte.
    lower: String,
    year: &'a OnceCell<Option<u16>>,
}

/// Verbs that bring a treatment device to work.
const USES: &[&str] = &[
    "placed", "deployed", "implanted", "delivered", "released", "inserted", "positioned", "raised", "put", "laid", "landed", "mounted", "used",
    "inflated", "taken", "advanced", "introduced", "employed", "set", "left", "made", "run", "passed", "activated", "worked", "brought", "placing",
    "deploying", "inserting", "releasing", "chosen", "dilated", "held", "applied", "fired", "performed", "done", "utilized", "added", "carried",
    "placement", "deployment", "implantation", "insertion", "passes", "pass", "runs", "inflation", "inflations", "joined", "expanded", "molded",
    "moulded", "flared", "place", "inflating", "sent", "overlapped", "overlapping", "extended", "opened", "gave", "hung", "treated", "x2", "x3",
    "twice",
];

/// Cues of the past that also stand in a plain description.
const HARMLESS: &[&str] = &["was placed in", "were placed in", "had an", "at the time", "at that time"];

/// Cues of a plan that, beside a study, speak of its result.
const OF_RESULTS: &[&str] = &["could", "could be", "possible", "possibly", "might", "may", "would have", "would be", "if", "brought back", "discussed"];

/// Words before a device or act that make it a purpose, a plan or a point in time.
const PURPOSES: &[&str] = &[
    "before", "for", "to", "if", "whether", "need", "needs", "needed", "require", "requires", "required", "consider", "until", "avoid", "guide", "size", "sizing", "choose", "pick",
    "select", "choosing", "picking", "undersize", "oversize", "ahead", "prior", "pre", "versus", "any", "wanted", "would", "could", "offered",
];

/// What may stand inside the noun phrase of a device.
const FILLERS: &[&str] = &[
    "a", "an", "the", "one", "two", "three", "four", "single", "x", "by", "mm", "cm", "french", "fr", "f", "kissing", "covered", "overlapping", "long", "short", "large", "new",
    "second", "first", "third", "another", "additional", "further", "bare", "metal", "self", "drug", "paclitaxel", "paclitaxel-coated", "eluting", "coated", "drug-coated", "drug-eluting", "high", "pressure",
    "high-pressure", "noncompliant", "non-compliant", "semicompliant", "plain", "cutting", "scoring", "tapered", "closed-cell", "nitinol", "venous", "arterial", "both", "and", "then", "more",
    "gore", "bx", "x-ray", "expandable", "balloon-expandable", "bx", "some", "stent", "endovascular", "diameter", "gold", "solent", "proxi", "bold", "of", "times", "several", "four", "five", "six",
    "separate", "side-by-side", "inch", "standard", "dedicated", "same", "our", "this", "treated", "with", "device", "vascular", "bifurcated", "orbital", "directional", "rotational", "mechanical",
    "aspiration", "pharmacomechanical", "suction", "percutaneous", "thoracic", "aortic", "abdominal", "retrievable", "permanent", "ivc", "vena", "cava", "caval", "infrarenal",
];

impl<'a> Reading<'a> {
    fn new(context: &'a Context<'a>, record: &'a Record<'a>, year: &'a OnceCell<Option<u16>>) -> Self {
        let span = record.clause.span;
        Self { context, record, lower: context.text()[span.start..span.end].to_ascii_lowercase(), year }
    }

    fn before(&self, word: &Word) -> &str {
        &self.lower[..word.span.start - self.record.clause.span.start]
    }

    fn after(&self, word: &Word) -> &str {
        &self.lower[word.span.end - self.record.clause.span.start..]
    }

    /// What a word tells: the technique and whether it was done. `None` when it tells of no act.
    fn act(&self, word: &Word, named: ProcedureWord) -> Option<(Technique, Status, Option<Span>)> {
        let live = matches!(self.record.mode, Mode::Live | Mode::Summary) && !is_title(self.context, self.record);
        let technique = self.technique(word, named)?;
        if self.names_vessel(word) || (technique == Technique::Stent && self.record.clause.words.iter().any(|w| w.procedure().is_some_and(|p| p.technique == Technique::ForeignBodyRetrieval))) {
            return None;
        }
        let done = match named.form {
            WordForm::Act => self.is_act(word, technique),
            WordForm::Device if live => self.is_used(word, technique),
            WordForm::Device => self.is_listed(word),
            WordForm::Drug => self.is_infused(),
            WordForm::Study => self.is_study(word),
            WordForm::Noun => matches!(technique, Technique::Circuit | Technique::Runoff),
        };
        let (status, cue) = self.status(word, named.form);
        // What was not done is worth telling even where the words would not say that it was.
        if !done && !(status == Status::Negated && named.form != WordForm::Noun) {
            return None;
        }
        Some((technique, status, cue))
    }

    /// "PTA" as the posterior tibial artery: after a side, or beside other vessels.
    fn names_vessel(&self, word: &Word) -> bool {
        word.is_vessel() && !is_angioplasty(self.context.text(), self.record.clause.words, word)
    }

    /// The technique a word stands for here; `None` when it means something else.
    fn technique(&self, word: &Word, named: ProcedureWord) -> Option<Technique> {
        let after = self.after(word);
        let next = after.trim_start_matches([' ', '-']);
        let said = &self.lower[word.span.start - self.record.clause.span.start..word.span.end - self.record.clause.span.start];
        match named.technique {
            Technique::Balloon => {
                let other = ["occlusion", "angiogra", "shaft", "pump", "tamponade", "hemosta", "catheter occlu"];
                let molding = ["fogarty", "coda", "compliant", "internal", "molding", "occlusion", "trilobe", "q50", "coronary sinus"];
                let before = self.before(word).trim_end();
                if next.starts_with("expand") || next.starts_with("mounted") {
                    return Some(Technique::Stent);
                }
                let stretched = matches!(said, "dilatation" | "dilation" | "dilated") && ["stenotic", "aneurysmal", "ectatic", "-stenotic", "poststenotic"].iter().any(|w| before.ends_with(w));
                let apart = other.iter().any(|w| next.starts_with(w)) || molding.iter().any(|w| before.ends_with(w) && !before.ends_with("noncompliant") && !before.ends_with("non-compliant") && !before.ends_with("semicompliant"));
                (!stretched && !apart).then_some(Technique::Balloon)
            }
            Technique::Thrombectomy if next.starts_with("sheath") => None,
            // "The sheath was aspirated" is no treatment.
            Technique::Thrombectomy if matches!(said, "aspirated" | "macerated" | "maceration") => {
                (["thromb", "clot"].iter().any(|w| self.lower.contains(w)) && !self.lower.contains("no clot")).then_some(Technique::Thrombectomy)
            }
            Technique::Atherectomy if said.starts_with("laser") && next.starts_with("sheath") => None,
            Technique::Atherectomy if said == "oa" && !next.starts_with(|c: char| c.is_ascii_digit()) && !next.starts_with("of") => None,
            Technique::Embolization => {
                let before = self.before(word).trim_end();
                let complication = ["distal", "no", "embolic", "without", "of", "for"].iter().any(|w| before.ends_with(w)) && said.starts_with("embolization") && !before.ends_with("coil");
                let thing = ["stent", "coil ", "fragment", "catheter", "wire"].iter().any(|w| next.starts_with(w)) && said.starts_with("embolized");
                (!complication && !thing).then_some(Technique::Embolization)
            }
            Technique::Thrombolysis => {
                let ends = ["stopped", "ended", "discontinued", "terminated", "completed", "was stopped", "was ended", "was discontinued", "exchanged out", "removed", "was removed", "pulled", "was pulled", "concluded", "was completed", "exchanged", "was exchanged", "cessation", "off"];
                let over = ends.iter().any(|e| next.starts_with(e)) || ["cessation of", "end of", "termination of", "completion of"].iter().any(|e| self.before(word).trim_end().ends_with(e));
                if over {
                    return Some(Technique::ThrombolysisEnd);
                }
                let check = ["check", "follow", "wire", "day"].iter().any(|e| next.starts_with(e));
                (!check).then_some(Technique::Thrombolysis)
            }
            Technique::Stent if said.starts_with("stent") && said.ends_with("graft") => {
                let aortic = ["thoracic stent", "aortic stent", "aortic endo"].iter().any(|w| self.lower.contains(w)) || (self.lower.contains("extension") && self.lower.contains("thoracic"));
                Some(if aortic { Technique::ThoracicEndograft } else { Technique::Stent })
            }
            technique => Some(technique),
        }
    }

    /// A word that names the act, and does not only give a reason or a time.
    fn is_act(&self, word: &Word, technique: Technique) -> bool {
        let said = &self.lower[word.span.start - self.record.clause.span.start..word.span.end - self.record.clause.span.start];
        let tokens: Vec<&str> = self.before(word).split_whitespace().rev().take(4).collect();
        let bare = |t: &str| t.trim_matches(['(', '"', '\'']).to_owned();
        let mut near = tokens.iter().map(|t| bare(t)).filter(|t| !matches!(t.as_str(), "the" | "a" | "an" | "any" | "further" | "of" | "balloon" | "stent" | "possible"));
        let last = near.next().unwrap_or_default();
        let earlier = near.next().unwrap_or_default();
        if matches!(last.as_str(), "old" | "prior" | "previous" | "former" | "earlier" | "existing") {
            return false;
        }
        if PURPOSES.contains(&last.as_str()) {
            let goes = last == "to" && matches!(earlier.as_str(), "proceeded" | "went" | "on" | "turned" | "subjected" | "converted" | "back");
            let treated = last == "for" && matches!(earlier.as_str(), "attention" | "used" | "performed");
            if !goes && !treated {
                return false;
            }
        }
        if said.ends_with("dilated") || said == "stented" {
            let aux = ["was", "were", "i", "we", "then", "and", "been", "also", "again", "twice", "next", "both", "simultaneously", "serially", "gently", "be", "being", "both", "post", "subsequently", "successfully"];
            let next = self.after(word).trim_start();
            let object = ["with", "to", "by", "using", "up", "at", "simultaneously", "twice", "the", "serially", "from", "across", "in a", "gently", "over"];
            let claim = self.record.mode == Mode::Claim;
            if !claim && !aux.contains(&last.trim_end_matches(',')) && !object.iter().any(|o| next.starts_with(o)) && !self.before(word).trim().is_empty() {
                return false;
            }
        }
        if matches!(self.record.mode, Mode::Claim | Mode::Off) {
            return !follows_list_of_findings(self.after(word));
        }
        let next = self.after(word).trim_start();
        let _ = technique;
        !["candidate", "was not", "would", "sheath", "catheter was not", "planned"].iter().any(|n| next.starts_with(n))
    }

    /// A device in a description that is put to work: the object or subject of such a verb, or told with its size.
    fn is_used(&self, word: &Word, technique: Technique) -> bool {
        let head = self.head(word);
        let sized = self.is_sized(word, technique);
        match head.as_str() {
            // "in the stent", "edge of the stent": it is a place.
            "of" | "in" | "inside" | "within" | "through" | "into" | "from" | "on" | "at" | "above" | "below" | "between" | "under" | "per" | "than" | "beyond" | "behind" | "across" | "over"
            | "before" | "after" | "following" | "during" | "existing" | "old" | "prior" | "previous" | "previously" | "where" | "each" | "every" | "no" | "upper" | "lower" | "near" | "along" | "either" | "past" | "alongside" | "around"
                if technique != Technique::Thrombectomy || head != "of" =>
            {
                return sized && matches!(head.as_str(), "each" | "upper" | "lower" | "in" | "across" | "from" | "at");
            }
            _ => {}
        }
        if PURPOSES.contains(&head.as_str()) && !matches!(head.as_str(), "to" | "pre" | "any") {
            return false;
        }
        if head == "to" && !sized {
            return false;
        }
        if technique == Technique::Filter {
            return false;
        }
        // "Cutting balloon of the graft stenosis", "DCB to the SFA": a note without a verb.
        let next = self.after(word).trim_start();
        let noted = head.is_empty() && ["of ", "to "].iter().any(|n| next.starts_with(n)) && !self.record.clause.words.iter().any(|w| w.is_grammar(Grammar::Aux));
        if noted {
            return true;
        }
        let left = head == "left" && technique != Technique::Thrombolysis;
        sized || (USES.contains(&head.as_str()) && !left) || self.has_verb(word)
    }

    /// The word before the noun phrase of a device; empty at the start of a phrase.
    fn head(&self, word: &Word) -> String {
        let mut rest = self.before(word);
        loop {
            let trimmed = rest.trim_end_matches([' ', '(', '"']);
            if trimmed.is_empty() || trimmed.ends_with([',', ':', ';', '.', '|', ']', '*', '/']) || trimmed.ends_with(" -") || trimmed.ends_with("..") {
                return String::new();
            }
            let at = trimmed.rfind([' ', '(']).map_or(0, |i| i + 1);
            let token = &trimmed[at..];
            let offset = self.record.clause.span.start + at;
            let named = self.record.clause.lists.iter().any(|l| l.span.start <= offset && offset < l.span.end);
            let of_act = token == "of" && {
                let before = trimmed[..at].trim_end();
                let noun = before.rsplit([' ', '(']).next().unwrap_or_default();
                USES.contains(&noun)
            };
            let brand = token.chars().any(|c| c.is_ascii_digit());
            let filler = (token != "of" && token != "with" && FILLERS.contains(&token)) || of_act || named || brand;
            if !filler {
                if token == "with" || token == "using" || token == "by" || token == "via" {
                    return "with".to_owned();
                }
                return token.to_owned();
            }
            rest = &trimmed[..at];
        }
    }

    /// Whether a device's size stands beside it: "16 x 100 mm Venovo", "Abre 16x60", "10 mm balloon".
    fn is_sized(&self, word: &Word, technique: Technique) -> bool {
        let text = self.context.text();
        let measures = &self.context.units[self.record.unit].measures;
        let fits = |m: &Measure| match technique {
            Technique::Stent | Technique::Endograft | Technique::ThoracicEndograft => m.second.is_some_and(|s| s >= 10.0) || dotted_size(text, m),
            Technique::Balloon | Technique::Lithotripsy => m.second.is_some_and(|s| s >= 10.0) || (m.value >= 1.0 && m.value < 40.0),
            Technique::Atherectomy => m.value < 3.0,
            Technique::Embolization => true,
            _ => false,
        };
        measures.iter().any(|m| {
            let (gap, before) = if m.span.end <= word.span.start {
                (&text[m.span.end..word.span.start], true)
            } else if m.span.start >= word.span.end {
                (&text[word.span.end..m.span.start], false)
            } else {
                return false;
            };
            let gap = gap.to_ascii_lowercase();
            let words: Vec<&str> = gap.split_whitespace().map(|t| t.trim_matches(['(', ')', '-', ':'])).filter(|t| !t.is_empty()).collect();
            let near = self.record.clause.span.contains(m.span) && words.len() <= if before { 5 } else { 4 };
            let apart = [";", "|", ". "].iter().any(|c| gap.contains(c)) || (before && gap.contains(','));
            let phrase = words.iter().all(|t| {
                let t = t.trim_end_matches(',');
                FILLERS.contains(&t) || matches!(t, "was" | "were" | "graft" | "stents" | "sizes" | "@" | "at" | "to" | "flexible" | "device" | "angioplasty" | "to") || t.chars().any(|c| c.is_ascii_digit()) || before || t.len() <= 9
            });
            let read = ["lumen", "area", "stenosis", "residual", "lining", "diameter of", "measur", "mm2", "%", "frame", "wall"].iter().any(|r| gap.contains(r));
            near && !apart && phrase && !read && fits(m)
        })
    }

    /// Whether a verb of use follows a device: "was placed", "deployed".
    fn has_verb(&self, word: &Word) -> bool {
        let mut aux = false;
        for (n, raw) in self.after(word).split_whitespace().take(14).enumerate() {
            let token = raw.trim_matches(['(', ')', ',', ':', '.']);
            if matches!(token, "was" | "were" | "been" | "then" | "next" | "now" | "also" | "again" | "being" | "subsequently" | "successfully" | "each" | "both" | "simultaneously" | "carefully" | "finally") {
                aux |= matches!(token, "was" | "were" | "been" | "then");
                continue;
            }
            let verb = USES.contains(&token) && !matches!(token, "treated" | "pass" | "run" | "runs" | "place" | "twice" | "opened" | "expanded" | "extended" | "left" | "set")
                || (aux && matches!(token, "opened" | "expanded" | "run" | "closed" | "left" | "set"));
            if verb {
                return !self.after(word).contains("not ");
            }
            if aux || n > 9 {
                return false;
            }
        }
        false
    }

    /// A device named in a title or list of procedures: "left common iliac vein stent".
    fn is_listed(&self, word: &Word) -> bool {
        let head = self.head(word);
        let place = matches!(head.as_str(), "of" | "in" | "inside" | "within" | "through" | "into" | "from" | "for" | "at" | "existing" | "old" | "prior" | "previous" | "occluded" | "no" | "failed" | "without" | "embolized" | "migrated" | "fractured" | "undeployed" | "lost" | "patent" | "underexpanded");
        !place && !follows_list_of_findings(self.after(word))
    }

    /// A drug given as an infusion, not sprayed through a thrombectomy device.
    fn is_infused(&self) -> bool {
        let pulse = ["power-pulse", "power pulse", "dwell", "pulse-spray", "pulse spray", "lacing", "bolus"].iter().any(|w| self.lower.contains(w));
        let rate = ["/h", "per hour", "infusion", "infus", "begun", "started", "running", "drip", "ended", "stopped"].iter().any(|w| self.lower.contains(w));
        rate && !pulse
    }

    fn is_study(&self, word: &Word) -> bool {
        let next = self.after(word).trim_start_matches([' ', '-']);
        let before = self.before(word).trim_end();
        let other = ["ct", "mr", "cta", "mra", "coronary", "computed tomographic", "magnetic resonance", "cardiac", "prior", "previous", "outside", "earlier"];
        !["suite", "room", "catheter", "table", "pack"].iter().any(|n| next.starts_with(n)) && !other.iter().any(|o| before.ends_with(o)) && word.modality().is_none_or(|m| m == Modality::Angiography)
    }

    /// Whether it was done today, and the words that say otherwise.
    fn status(&self, word: &Word, form: WordForm) -> (Status, Option<Span>) {
        let clause = &self.record.clause;
        let mut asserted = assert_act(self.context.text(), clause, word.span, self.context.lexicon);
        let cue = asserted.cue.map(|c| self.context.text()[c.start..c.end].to_ascii_lowercase()).unwrap_or_default();
        // "a catheter was placed in the cava for a cavogram"; "the venogram could not show".
        let harmless = asserted.status == Status::Historical && HARMLESS.contains(&cue.as_str());
        let result = form == WordForm::Study && asserted.status == Status::Planned && OF_RESULTS.contains(&cue.as_str());
        // "not deployed because it responded to angioplasty": a reason is a clause of its own.
        let reasoned = asserted.cue.filter(|c| asserted.status == Status::Negated && c.end <= word.span.start).is_some_and(|c| {
            let between = self.context.text()[c.end..word.span.start].to_ascii_lowercase();
            [" because", " since ", " as the ", " due to ", " given ", " after "].iter().any(|w| between.contains(w))
        });
        if harmless || result || reasoned {
            asserted.status = Status::Performed;
            asserted.cue = None;
        }
        if self.is_unticked(word) || self.is_refused(word) {
            return (Status::Negated, asserted.cue);
        }
        let next = self.after(word).trim_start();
        if ["will ", "would ", "should ", "may ", "might ", "is planned", "is recommended", "to be ", "can be ", "if "].iter().any(|n| next.starts_with(n)) && self.record.mode != Mode::Claim && form != WordForm::Study {
            return (Status::Planned, asserted.cue);
        }
        if asserted.status == Status::Negated {
            return (Status::Negated, asserted.cue);
        }
        if let Some(status) = self.told_otherwise(word) {
            return (status, asserted.cue);
        }
        let status = match self.record.mode {
            Mode::Past => Status::Historical,
            Mode::Plan | Mode::Reason => Status::Planned,
            Mode::Live | Mode::Summary | Mode::Claim | Mode::Off => asserted.status,
        };
        if status == Status::Performed {
            if let Some(cue) = self.past_cue(word) {
                return (Status::Historical, Some(cue));
            }
            if self.is_of_another_year() {
                return (Status::Historical, None);
            }
        }
        (status, asserted.cue)
    }

    /// "was planned", "was considered", "was abandoned": the verb of the word says that it was not done.
    fn told_otherwise(&self, word: &Word) -> Option<Status> {
        let mut aux = false;
        for raw in self.after(word).split_whitespace().take(14) {
            let token = raw.trim_matches(['(', ')', ',', ':', '.']);
            if matches!(token, "was" | "were" | "is" | "been" | "being" | "are") {
                aux = true;
                continue;
            }
            if !aux || matches!(token, "then" | "also" | "initially" | "originally" | "therefore" | "again" | "only" | "now") {
                continue;
            }
            return match token {
                "planned" | "considered" | "contemplated" | "discussed" | "intended" | "offered" | "recommended" | "suggested" | "scheduled" | "reserved" | "proposed" | "advised" | "foreseen" => Some(Status::Planned),
                "deferred" | "declined" | "postponed" | "withheld" | "avoided" | "omitted" | "refused" | "rejected" | "unnecessary" => Some(Status::Negated),
                "unsuccessful" | "abandoned" | "aborted" | "attempted" => Some(Status::Attempted),
                _ => None,
            };
        }
        None
    }

    /// An empty tick box stands before the word.
    fn is_unticked(&self, word: &Word) -> bool {
        let unit = self.context.units[self.record.unit].unit.span;
        let text = self.context.text();
        let before = &text[unit.start..word.span.start];
        let boxes = ["[ ]", "[]", "[_]"];
        match before.rfind('[') {
            Some(i) => boxes.iter().any(|b| before[i..].starts_with(b)),
            // The box of a list entry stands before its text.
            None => boxes.iter().any(|b| text[..unit.start].trim_end().ends_with(b)),
        }
    }

    /// "not required", "none", "was deferred" right after the word; "no" or "without" right before it.
    fn is_refused(&self, word: &Word) -> bool {
        let next = self.after(word).trim_start_matches([' ', '.', ':', '-', '|']);
        let after = ["not required", "not needed", "not performed", "not done", "not used", "not necessary", "not indicated", "none", "was not", "were not", "deferred", "was deferred", "n/a", "not placed", "declined"];
        let exact = next == "no" || next.starts_with("no\n") || next.starts_with("no.");
        let before = self.before(word).trim_end();
        let denied = ["no", "no new", "without", "without a", "no further", "neither", "nor", "no additional", "instead of", "rather than", "instead of a", "rather than a", "not a", "not to", "not need a", "no need for"];
        exact
            || after.iter().any(|a| next.starts_with(a))
            || denied.iter().any(|d| before == *d || before.strip_suffix(d).is_some_and(|b| b.ends_with([' ', '(', ',', ':', ';'])))
    }

    /// "placed elsewhere", "eleven months ago": a cue of the past after the word.
    fn past_cue(&self, word: &Word) -> Option<Span> {
        let text = self.context.text();
        let times = ["ago", "before", "earlier", "elsewhere", "outside", "another hospital", "last year", "last month", "last week", "yesterday", "in the past", "since 20"];
        self.record
            .clause
            .words
            .iter()
            .filter(|w| w.span.start >= word.span.end && w.has_category(self.context.lexicon, Category::Historical))
            .find(|w| {
                let said = text[w.span.start..w.span.end].to_ascii_lowercase();
                times.iter().any(|t| said.contains(t)) && text[word.span.end..w.span.start].split_whitespace().count() <= 10
            })
            .map(|w| w.span)
    }

    /// The clause names a year before that of the service, and not that of the service.
    fn is_of_another_year(&self) -> bool {
        let years: Vec<u16> = years(&self.lower).collect();
        if years.is_empty() || self.record.mode == Mode::Claim {
            return false;
        }
        match *self.year.get_or_init(|| service_year(self.context)) {
            Some(service) => !years.contains(&service) && years.iter().any(|y| *y < service),
            // Without a date of service a year is worth naming only for another day.
            None => true,
        }
    }
}

/// Whether a word that is a vessel's name too ("PTA") means the treatment here.
pub(super) fn is_angioplasty(text: &str, words: &[Word], word: &Word) -> bool {
    let before = words.iter().rfind(|w| w.span.end <= word.span.start && w.span.end > word.span.start.saturating_sub(6));
    let after = words.iter().find(|w| w.span.start >= word.span.end && w.span.start < word.span.end + 4);
    let beside = |w: Option<&Word>| w.is_some_and(|w| w.side().is_some() || (w.is_vessel() && w.procedure().is_none()));
    let close = |w: Option<&Word>, from: usize, to: usize| w.is_some() && text.get(from..to).is_some_and(|g| g.trim_matches([' ', ',', '/']).is_empty());
    let side_before = beside(before) && before.is_some_and(|w| close(before, w.span.end, word.span.start));
    let next = text[word.span.end..].trim_start();
    let sized = next.starts_with(|c: char| c.is_ascii_digit()) || next.starts_with('/') || next.starts_with("and stent") || next.starts_with("site") || next.starts_with("only");
    let _ = after;
    sized || !side_before
}

/// "stent surveillance", "stent stenosis": the stent is what is looked at.
fn follows_list_of_findings(after: &str) -> bool {
    let next = after.trim_start_matches([' ', '-']);
    [
        "surveillance", "history", "evaluation", "interrogation", "imaging", "follow", "check", "diameter", "sizing", "thrombosis", "occlusion", "stenosis", "fracture", "restenosis", "study", "studies", "migration", "failure",
        "not required", "in situ", "candidate",
    ]
    .iter()
    .any(|n| next.starts_with(n))
}

/// Four-digit years in a text.
fn years(text: &str) -> impl Iterator<Item = u16> {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(3)).filter_map(move |i| {
        let digits = &bytes[i..i + 4];
        let alone = (i == 0 || !bytes[i - 1].is_ascii_alphanumeric()) && bytes.get(i + 4).is_none_or(|b| !b.is_ascii_alphanumeric());
        (alone && digits.iter().all(u8::is_ascii_digit) && (digits.starts_with(b"19") || digits.starts_with(b"20")))
            .then(|| digits.iter().fold(0u16, |n, d| n * 10 + u16::from(d - b'0')))
    })
}

/// The year of the service, for telling earlier years apart. Only asked where a clause names a year.
fn service_year(context: &Context<'_>) -> Option<u16> {
    if let Some(date) = context.report.service_date {
        return Some(date.year());
    }
    let text = context.text();
    let from = context.units.first()?.unit.span.start;
    let to = context.units.last()?.unit.span.end;
    let found = dates(text);
    let here = |s: Span| from <= s.start && s.end <= to;
    let named = labelled(text, &found);
    named.iter().find(|d| here(d.span)).or_else(|| found.iter().find(|d| here(d.span))).map(|d| d.date.year())
}

/// "8-6 x 40": a tapered size.
fn dotted_size(text: &str, measure: &Measure) -> bool {
    let before = &text[..measure.span.start];
    measure.second.is_some() && before.ends_with('-')
}
