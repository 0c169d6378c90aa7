//! Answers to any form, drawn from a seed.

use domain::{
    Timestamp,
    forms::{Answer, Answers, Environment, Form, Kind, Node, Question, Sensitivity},
};

/// What stands in each answer that no pack may hold.
pub(super) const SECRET: &str = "此处不得外传";
/// Stands in answers that a pack holds, but may not leave whole.
pub(super) const MOBILE: &str = "13812345678";

const WORDS: [&str; 8] = [
    "咨询台一处，重点解答毛巾消毒和从业人员健康证",
    "社区广场，天气晴，秩序良好",
    "参加人员按时到场，分工明确",
    "发现问题当场告知，已列入整改",
    "资料发放完毕，余下的带回办公室",
    "宣传栏已更新，第二版",
    "=1+1",
    "“双引号”与<尖括号>&符号",
];

/// `SplitMix64`: the same year from the same seed.
pub(super) struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }

    pub fn of<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }
}

/// An answer to each question that takes one.
pub(super) fn answers(form: &Form, draw: &mut Draw, at: Timestamp) -> Answers {
    let environment = Environment {
        now_ms: at.0,
        utc_offset_minutes: 480,
        ..Environment::default()
    };
    fill(form, &form.nodes, draw, &environment)
}

fn fill(form: &Form, nodes: &[Node], draw: &mut Draw, environment: &Environment) -> Answers {
    let mut answers = Answers::new();
    for node in nodes {
        match node {
            Node::Group(group) => answers.extend(fill(form, &group.nodes, draw, environment)),
            Node::Repeat(repeat) => {
                let times = 1 + draw.below(2);
                let each = (0..times).map(|_| fill(form, &repeat.nodes, draw, environment));
                let each = each.collect();
                answers.insert(repeat.name.clone(), Answer::Repeat(each));
            }
            Node::Question(question) => {
                let typed = typed(question, draw, Timestamp(environment.now_ms));
                let read = typed.map(|it| form.parse_answer(&question.name, &it, environment));
                if let Some(Ok(Some(answer))) = read {
                    answers.insert(question.name.clone(), answer);
                }
            }
        }
    }
    answers
}

fn typed(question: &Question, draw: &mut Draw, at: Timestamp) -> Option<String> {
    let civil = |format: &str| {
        let at = at.civil(480).expect("a day");
        at.format(format).to_string()
    };
    Some(match &question.kind {
        Kind::Text | Kind::Barcode if question.sensitivity > Sensitivity::Internal => {
            SECRET.to_owned()
        }
        Kind::Text | Kind::Barcode => match draw.below(9) {
            0 => format!("联系人 {MOBILE}"),
            _ => (*draw.of(&WORDS)).to_owned(),
        },
        Kind::Integer => draw.below(200).to_string(),
        Kind::Decimal => format!("{}.5", draw.below(500)),
        Kind::Range(range) => range.start.to_string(),
        Kind::SelectOne(choices) => choices.get(draw.below(choices.len()))?.name.clone(),
        Kind::SelectMultiple(choices) | Kind::Rank(choices) => {
            let names: Vec<&str> = choices.iter().map(|it| it.name.as_str()).collect();
            names.join(" ")
        }
        Kind::Date => civil("%Y-%m-%d"),
        Kind::Time => civil("%H:%M"),
        Kind::DateTime => civil("%Y-%m-%dT%H:%M:00+08:00"),
        Kind::Geopoint => "29.0786 119.6479 0 12".to_owned(),
        Kind::Acknowledge => "OK".to_owned(),
        _ => return None,
    })
}
