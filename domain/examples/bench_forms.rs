//! How long a keystroke takes in a form of 300 questions with repeats: `cargo xtask bench forms`.
//!
//! Each keystroke changes one answer, as the editor does, and asks for the whole evaluation. Exits with
//! an error when one of a hundred takes longer than 2 ms.

use std::{
    error::Error,
    fmt::Write as _,
    hint::black_box,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::forms::{Answer, Answers, Environment, Evaluator, Form};

/// Questions outside of repeats.
const QUESTIONS: usize = 240;
/// Questions in each instance of the repeat.
const REPEATED: usize = 60;
const INSTANCES: usize = 20;
const KEYSTROKES: usize = 5_000;
const LIMIT: Duration = Duration::from_millis(2);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let source = source()?;
    let started = Instant::now();
    let form = Form::from_markdown(&source).map_err(|errors| format!("{errors:?}"))?;
    let read = started.elapsed();
    let json = serde_json::to_string(&form)?;
    let started = Instant::now();
    let form: Arc<Form> = Arc::new(serde_json::from_str(&json)?);
    let decoded = started.elapsed();

    let environment = Environment {
        now_ms: 1_795_488_120_000,
        utc_offset_minutes: 480,
        ..Environment::default()
    };
    let mut answers = answers();
    let started = Instant::now();
    let evaluation = form.evaluate(&answers, &environment);
    let full = started.elapsed();
    println!(
        "{} questions, {INSTANCES} instances of {REPEATED}: {} states, {} calculated",
        form.questions().count(),
        evaluation.states.len(),
        evaluation.calculated.len()
    );
    println!("read {read:?}, from JSON {decoded:?}, full evaluation {full:?}");

    let mut evaluator = Evaluator::new(form.clone(), &answers, &environment);
    let mut times = Vec::with_capacity(KEYSTROKES);
    for stroke in 0..KEYSTROKES {
        let number = Answer::Integer((stroke % 7) as i64);
        // Another question each time, in the repeat as often as outside.
        let key = if stroke % 2 == 0 {
            format!("q{}", stroke * 7 % QUESTIONS)
        } else {
            format!("r{}[{}]", stroke * 11 % REPEATED, stroke * 3 % INSTANCES)
        };
        form.set_answer(&mut answers, &key, Some(number));
        let environment = Environment {
            now_ms: environment.now_ms + stroke as i64 * 200,
            ..environment.clone()
        };
        let started = Instant::now();
        black_box(evaluator.update(&answers, &environment));
        times.push(started.elapsed());
    }
    if *evaluator.evaluation()
        != form.evaluate(
            &answers,
            &Environment {
                now_ms: environment.now_ms + (KEYSTROKES as i64 - 1) * 200,
                ..environment
            },
        )
    {
        return Err("the updates don't add up to a full evaluation".into());
    }
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 1_000).min(times.len() - 1)];
    println!(
        "keystroke: median {:?}, 99 % {:?}, longest {:?} (at most {LIMIT:?})",
        at(500),
        at(990),
        at(1_000)
    );
    Ok(if at(990) > LIMIT {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Every third question decides on the next, every fourth is calculated from others, many are limited.
fn source() -> Result<String, std::fmt::Error> {
    let mut text = String::from(
        "| survey |\n| | type | name | label | relevant | constraint | required | calculation |\n",
    );
    for index in 0..QUESTIONS {
        if index % 20 == 0 {
            writeln!(text, "| | begin group | g{index} | 组 | | | | |")?;
        }
        row(&mut text, 'q', index)?;
        if index % 20 == 19 {
            writeln!(text, "| | end group | | | | | | |")?;
        }
    }
    writeln!(text, "| | begin repeat | rows | 行 | | | | |")?;
    for index in 0..REPEATED {
        row(&mut text, 'r', index)?;
    }
    writeln!(text, "| | end repeat | | | | | | |")?;
    writeln!(
        text,
        "| | calculate | total | | | | | sum(${{r0}}) + sum(${{r8}}) |"
    )?;
    text.push_str("| settings |\n| | form_id | version | form_title |\n| | bench | 1 | 测 |\n");
    Ok(text)
}

fn row(text: &mut String, letter: char, index: usize) -> std::fmt::Result {
    let name = format!("{letter}{index}");
    let before = index.saturating_sub(1);
    match index % 4 {
        1 => writeln!(
            text,
            "| | integer | {name} | 数 | ${{{letter}{before}}} > 0 | . >= 0 and . < 100 | yes | |"
        ),
        3 => writeln!(
            text,
            "| | calculate | {name} | | | | | if(${{{letter}{before}}} > 3, ${{{letter}{before}}} * 2, 0) + {index} |"
        ),
        _ => writeln!(
            text,
            "| | integer | {name} | 数 | | . >= 0 and . < 100 or now() = '' | | |"
        ),
    }
}

fn answers() -> Answers {
    let number = |index: usize| Answer::Integer((index % 5) as i64);
    let mut answers: Answers = (0..QUESTIONS)
        .filter(|index| index % 4 != 3)
        .map(|index| (format!("q{index}"), number(index)))
        .collect();
    let instance: Answers = (0..REPEATED)
        .filter(|index| index % 4 != 3)
        .map(|index| (format!("r{index}"), number(index)))
        .collect();
    answers.insert("rows".to_owned(), Answer::Repeat(vec![instance; INSTANCES]));
    answers
}
