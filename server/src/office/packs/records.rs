//! Records of a pack: what is to be known of each, and a record as a sheet that a person reads.
//!
//! Answers that are personal or sensitive leave no trace but that there is one.

use std::collections::{BTreeSet, HashMap};

use domain::{
    ActivityId, DepartmentId, Lang, OrganizationId, SubmissionId, Timestamp,
    api::{office::PersonLine, packs::WhyLeftOut},
    areas::{
        attachments::Attachment,
        submissions::{ReviewState, Submission},
    },
    forms::{Answer, Answers, Environment, Evaluation, Form, Node, Question, Sensitivity, key},
    row::form_row_id,
    time::DAY_MS,
};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::{gather::moment, redact::masked};
use crate::{
    Result,
    areas::{forms, submissions},
    docx::Document,
    office::names,
};

/// Records that are held with their answers at the same time.
const PIECE: usize = 200;
/// Answers that say where something was, the most telling first.
const PLACES: [&str; 5] = ["place", "address", "location", "subject_name", "target"];
/// The question by which an author confirms that nobody's face can be seen.
const FACES_HIDDEN: &str = "faces_hidden";

pub(super) struct RecordFacts {
    pub id: SubmissionId,
    pub title: String,
    pub form_title: String,
    state: ReviewState,
    pub occurred_at: Timestamp,
    pub late: bool,
    pub department_id: Option<DepartmentId>,
    pub activity_id: Option<ActivityId>,
    pub place: String,
    /// Whether the form that it was filled in by can be read: else nobody knows what is personal in it.
    form_known: bool,
    /// Questions whose photos leave in no case.
    sensitive: BTreeSet<String>,
    /// Questions whose photos leave only if nobody's face can be seen, where the form asks about faces.
    personal: BTreeSet<String>,
    /// The answer to the form's question, if it asks.
    faces_hidden: Option<bool>,
}

impl RecordFacts {
    /// Why the record stays out, if it does.
    pub fn why_not(&self) -> Option<WhyLeftOut> {
        match self.state {
            ReviewState::Approved if !self.form_known => Some(WhyLeftOut::Unreadable),
            ReviewState::Approved => None,
            ReviewState::Voided => Some(WhyLeftOut::Withdrawn),
            ReviewState::Submitted | ReviewState::Returned => Some(WhyLeftOut::NotApproved),
        }
    }

    /// Why one of its photos stays out, if it does.
    pub fn why_no_photo(&self, photo: &Attachment) -> Option<WhyLeftOut> {
        let question = photo.question.split('[').next().unwrap_or_default();
        if !self.form_known || self.sensitive.contains(question) {
            Some(WhyLeftOut::Sensitive)
        } else if self.faces_hidden == Some(false) && self.personal.contains(question) {
            Some(WhyLeftOut::FacesShown)
        } else {
            None
        }
    }

    fn new(submission: &Submission, form: Option<&Form>) -> Self {
        let asked = |name: &str| form.and_then(|form| form.question(name));
        let place = PLACES.iter().find_map(|name| {
            let question = asked(name).filter(|it| it.sensitivity <= Sensitivity::Internal)?;
            let answer = submission.answers.get(*name)?;
            Some(answer.display(question, Lang::Zh)).filter(|it| !it.is_empty())
        });
        let of = |is: fn(Sensitivity) -> bool| {
            form.into_iter()
                .flat_map(Form::questions)
                .filter(|question| is(question.sensitivity))
                .map(|question| question.name.clone())
                .collect()
        };
        let capture = &submission.capture;
        Self {
            id: submission.id,
            title: submission.title.clone(),
            form_title: form
                .map_or(&submission.form_id, |form| &form.title.zh)
                .clone(),
            state: submission.state,
            occurred_at: capture.occurred_at,
            late: capture.captured_at().since(capture.occurred_at) >= DAY_MS,
            department_id: submission.department_id,
            activity_id: submission.activity_id,
            place: place.unwrap_or_default(),
            form_known: form.is_some(),
            sensitive: of(|it| it == Sensitivity::Sensitive),
            personal: of(|it| it == Sensitivity::Personal),
            faces_hidden: asked(FACES_HIDDEN)
                .map(|_| submission.answers.contains_key(FACES_HIDDEN)),
        }
    }
}

/// The facts of these records; ids that aren't known are left out.
pub(super) async fn facts(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, RecordFacts>> {
    let mut known = Forms::default();
    let mut found = HashMap::with_capacity(ids.len());
    for piece in ids.chunks(PIECE) {
        let submissions = submissions::store::load(connection, organization, piece).await?;
        known.learn(connection, organization, &submissions).await?;
        for submission in &submissions {
            found.insert(
                submission.id.0,
                RecordFacts::new(submission, known.of(submission)),
            );
        }
    }
    Ok(found)
}

/// The versions of forms that were needed so far.
#[derive(Default)]
struct Forms(HashMap<Uuid, domain::row::FormRow>);

impl Forms {
    async fn learn(
        &mut self,
        connection: &mut AnyConnection,
        organization: OrganizationId,
        submissions: &[Submission],
    ) -> Result<()> {
        let wanted: BTreeSet<Uuid> = submissions
            .iter()
            .map(|it| form_row_id(&it.form_id, &it.form_version))
            .filter(|id| !self.0.contains_key(id))
            .collect();
        let wanted: Vec<Uuid> = wanted.into_iter().collect();
        for row in forms::store::load(connection, organization, &wanted).await? {
            let id = form_row_id(&row.form.id, &row.form.version);
            self.0.insert(id, row);
        }
        Ok(())
    }

    fn of(&self, submission: &Submission) -> Option<&Form> {
        self.0
            .get(&form_row_id(&submission.form_id, &submission.form_version))?
            .form
            .read()
    }
}

/// Records that are about to be written, with who made them and the forms that were needed so far: read
/// together, for a question each would take longer than the writing.
#[derive(Default)]
pub(super) struct Upcoming {
    forms: Forms,
    records: HashMap<SubmissionId, Submission>,
    authors: Vec<PersonLine>,
}

impl Upcoming {
    /// Takes the next ones instead of those before.
    pub async fn load(
        &mut self,
        connection: &mut AnyConnection,
        organization: OrganizationId,
        ids: &[Uuid],
    ) -> Result<()> {
        let records = submissions::store::load(connection, organization, ids).await?;
        self.forms.learn(connection, organization, &records).await?;
        let authors = records.iter().map(|it| it.author_id).collect();
        self.authors = names::people(connection, organization, &authors).await?;
        self.records = records.into_iter().map(|it| (it.id, it)).collect();
        Ok(())
    }

    /// A record as a sheet; why there is none when it is no longer approved, or its form can't be read.
    pub fn sheet(
        &self,
        id: SubmissionId,
        unit: &str,
        activity: Option<&str>,
    ) -> std::result::Result<Document, WhyLeftOut> {
        let submission = self.records.get(&id).ok_or(WhyLeftOut::Gone)?;
        if submission.state != ReviewState::Approved {
            return Err(WhyLeftOut::NotApproved);
        }
        let form = self.forms.of(submission).ok_or(WhyLeftOut::Unreadable)?;
        let author = self.authors.iter().find(|it| it.id == submission.author_id);
        Ok(sheet(submission, form, author, unit, activity))
    }
}

fn sheet(
    submission: &Submission,
    form: &Form,
    author: Option<&PersonLine>,
    unit: &str,
    activity: Option<&str>,
) -> Document {
    let mut document = Document::new(&form.title.zh);
    document.centered(&masked(&submission.title));
    document.heading("一、基本情况");
    let mut facts = vec![
        ("单位", unit.to_owned()),
        ("发生时间", moment(submission.capture.occurred_at)),
        ("记录时间", moment(submission.capture.captured_at())),
        (
            "记录人",
            author.map(|it| it.name.clone()).unwrap_or_default(),
        ),
        (
            "科室",
            author
                .and_then(|it| it.department_name.clone())
                .unwrap_or_default(),
        ),
        ("所属活动", activity.unwrap_or_default().to_owned()),
        ("记录编号", submission.id.to_string()),
    ];
    facts.retain(|(_, text)| !text.is_empty());
    for (label, text) in facts {
        document.paragraph(&format!("{label}：{}", masked(&text)));
    }
    document.heading("二、记录内容");
    let environment = Environment::of(&submission.capture);
    let evaluation = form.evaluate(&submission.answers, &environment);
    let mut writer = Writer {
        document,
        evaluation: &evaluation,
        path: Vec::new(),
        hidden: 0,
    };
    writer.nodes(&form.nodes, &submission.answers);
    let Writer {
        mut document,
        hidden,
        ..
    } = writer;
    if hidden > 0 {
        document.paragraph(&format!("另有 {hidden} 项含个人信息，按规定不列出。"));
    }
    document
}

struct Writer<'a> {
    document: Document,
    evaluation: &'a Evaluation,
    path: Vec<usize>,
    /// Answers that may not leave.
    hidden: usize,
}

impl Writer<'_> {
    fn nodes(&mut self, nodes: &[Node], answers: &Answers) {
        for node in nodes {
            let key = key(node.name(), &self.path);
            if !self.evaluation.is_relevant(&key) {
                continue;
            }
            match node {
                Node::Question(question) => self.question(question, &key, answers),
                Node::Group(group) => {
                    if !group.label.zh.is_empty() {
                        self.document.subheading(&group.label.zh);
                    }
                    self.nodes(&group.nodes, answers);
                }
                Node::Repeat(repeat) => {
                    let Some(Answer::Repeat(given)) = answers.get(&repeat.name) else {
                        continue;
                    };
                    for (index, answers) in given.iter().enumerate() {
                        let label = format!("{} {}", repeat.label.zh, index + 1);
                        self.document.subheading(label.trim());
                        self.path.push(index);
                        self.nodes(&repeat.nodes, answers);
                        self.path.pop();
                    }
                }
            }
        }
    }

    fn question(&mut self, question: &Question, key: &str, answers: &Answers) {
        if question.kind == domain::forms::Kind::Note || question.kind.is_hidden() {
            return;
        }
        let calculated = self.evaluation.calculated.get(key);
        let Some(answer) = calculated.or_else(|| answers.get(&question.name)) else {
            return;
        };
        if answer.is_empty() {
            return;
        }
        let is_photo = matches!(answer, Answer::Images(_));
        if question.sensitivity > Sensitivity::Internal && !is_photo {
            self.hidden += 1;
            return;
        }
        let text = masked(&answer.display(question, Lang::Zh));
        let label = question.label.zh.trim_end_matches(['：', ':']);
        self.document.paragraph(&format!("{label}：{text}"));
    }
}
