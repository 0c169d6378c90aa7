//! Who came to an activity, made ready for a table: one line per person, from sign-ups and facts.

use domain::{
    Lang, PersonId, Timestamp,
    api::office::ActivityDetail,
    areas::{
        attendances::{Flag, Method, ProofState, presences},
        sign_ups::SignUpState,
    },
    small,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub person_id: PersonId,
    pub name: String,
    pub department: String,
    pub signed_up: bool,
    pub arrived: Option<Timestamp>,
    pub left: Option<Timestamp>,
    pub minutes: i64,
    pub methods: Vec<Method>,
    pub proof: ProofState,
    pub flags: Vec<Flag>,
}

impl Line {
    pub fn is_there(&self) -> bool {
        self.arrived.is_some() && self.left.is_none()
    }

    /// How the presence was proven, in words.
    pub fn method_words(&self, lang: Lang) -> String {
        let words: Vec<&str> = self
            .methods
            .iter()
            .map(|method| lang.pick(method.name().0, method.name().1))
            .collect();
        words.join(lang.pick("、", ", "))
    }
}

/// Those who came first, in the order of arrival; then those who are expected, by name.
pub fn lines(detail: &ActivityDetail) -> Vec<Line> {
    let presences = presences(&detail.attendances);
    let mut lines: Vec<Line> = detail
        .people
        .iter()
        .filter_map(|person| {
            let signed_up = detail
                .sign_ups
                .iter()
                .any(|up| up.person_id == person.id && up.state == SignUpState::Coming);
            let presence = presences.get(&person.id);
            if presence.is_none() && !signed_up {
                return None;
            }
            let facts = || {
                detail
                    .attendances
                    .iter()
                    .filter(|fact| fact.person_id == person.id)
            };
            let mut methods: Vec<Method> = Vec::new();
            for fact in facts() {
                if !methods.contains(&fact.method) {
                    methods.push(fact.method);
                }
            }
            let proof = if facts().any(|fact| fact.proof == ProofState::Doubtful) {
                ProofState::Doubtful
            } else {
                facts()
                    .next()
                    .map_or(ProofState::Pending, |fact| fact.proof)
            };
            Some(Line {
                person_id: person.id,
                name: person.name.clone(),
                department: person.department_name.clone().unwrap_or_default(),
                signed_up,
                arrived: presence.and_then(|presence| presence.arrived),
                left: presence.and_then(|presence| presence.left),
                minutes: presence.map_or(0, |presence| presence.minutes),
                methods,
                proof,
                flags: presence
                    .map(|presence| presence.flags.clone())
                    .unwrap_or_default(),
            })
        })
        .collect();
    small::sort_by_key(&mut lines, |line| {
        let absent = line.arrived.is_none() && line.left.is_none();
        (absent, line.arrived, line.name.clone())
    });
    lines
}
