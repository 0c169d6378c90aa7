//! What a stamped copy of a photo says, and saving one. The original is never changed.

use domain::{
    Lang, Timestamp,
    areas::{
        attachments::{PhotoFacts, PhotoSource},
        submissions::Submission,
    },
    forms::{Answer, Answers, Form},
};
use leptos::task::spawn_local;
use uuid::Uuid;

use crate::{
    components::toast::Toasts,
    device::{Device, Online},
    i18n::Format,
    platform::{
        share,
        stamp::{Stamp, stamped},
    },
};

/// What is known of a photo and its record.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamped {
    pub organization: Option<String>,
    pub topic: String,
    pub record: Uuid,
    pub sha256: String,
    pub source: PhotoSource,
    pub taken_at: Option<Timestamp>,
    pub facts: PhotoFacts,
    /// Where the record was made: latitude, longitude, accuracy in meters.
    pub place: Option<(f64, f64, Option<f64>)>,
}

/// The organization's name, if the server said it since the app was opened.
pub fn organization(device: Device) -> Option<String> {
    match device.online() {
        Online::LoggedIn(session) => Some(session.organization_name),
        _ => None,
    }
}

/// The first place among the answers.
pub fn place(form: &Form, answers: &Answers) -> Option<(f64, f64, Option<f64>)> {
    form.questions()
        .find_map(|question| match answers.get(&question.name) {
            Some(Answer::Geopoint {
                lat, lon, accuracy, ..
            }) => Some((*lat, *lon, *accuracy)),
            _ => None,
        })
}

/// What a list shows of the record, or its form's title.
pub fn topic(form: &Form, record: &Submission, lang: Lang) -> String {
    let title = form.title.get(lang);
    if record.title.is_empty() {
        title.to_owned()
    } else {
        format!("{title} · {}", record.title)
    }
}

/// Makes the copy and hands it to the person as a file.
pub fn save(address: String, what: &Stamped, format: Format, toasts: Toasts) {
    let lang = format.lang_now();
    let moment = |at: Timestamp| format!("{} {}", format.date(at), format.time(at));
    let stamp = Stamp {
        lines: lines(lang, what, moment),
    };
    let name = format!("minglu-{}.jpg", prefix(&what.sha256, 8));
    spawn_local(async move {
        let copy = stamped(&address, &stamp).await;
        let saved = copy.is_some_and(|bytes| share::save_file(&name, "image/jpeg", &bytes));
        if saved {
            toasts.success(lang.pick(
                "已另存加注副本，原图未改动",
                "The stamped copy is saved; the original is unchanged",
            ));
        } else {
            toasts.error(lang.pick(
                "没有做成：照片打不开，请联网后再试",
                "That didn’t work: the photo can’t be opened. Try again online",
            ));
        }
    });
}

fn prefix(text: &str, length: usize) -> &str {
    text.get(..length).unwrap_or(text)
}

fn lines(lang: Lang, what: &Stamped, moment: impl Fn(Timestamp) -> String) -> Vec<String> {
    let by_file = lang.pick("文件自带", "by the file itself");
    let source = match what.source {
        PhotoSource::Camera => lang.pick("现场拍摄", "camera"),
        PhotoSource::Album => lang.pick("相册选取", "from the album"),
    };
    let clock = lang.pick("手机时钟", "the phone’s clock");
    let changed = lang.pick("文件修改时间", "when the file was changed");
    let (at, whose) = match (what.source, what.facts.file_taken_at) {
        (PhotoSource::Camera, _) => (what.taken_at, clock),
        (PhotoSource::Album, Some(at)) => (Some(at), by_file),
        (PhotoSource::Album, None) => (what.taken_at, changed),
    };
    let time = match at {
        Some(at) => format!("{} ({whose})", moment(at)),
        None => lang.pick("时间不明", "time unknown").to_owned(),
    };
    let place = match (what.place, what.facts.file_place) {
        (Some((lat, lon, accuracy)), _) => {
            let within = accuracy.map_or_else(String::new, |m| format!(" ±{m:.0} m"));
            let phone = lang.pick("记录时定位", "the record’s position");
            format!("{lat:.5}, {lon:.5}{within} ({phone})")
        }
        (None, Some(at)) => format!("{:.5}, {:.5} ({by_file})", at.latitude, at.longitude),
        (None, None) => lang.pick("无位置", "no place").to_owned(),
    };
    let topic: Vec<&str> = what
        .organization
        .iter()
        .map(String::as_str)
        .chain([what.topic.as_str()])
        .filter(|part| !part.is_empty())
        .collect();
    let record = what.record.simple().to_string();
    let number = record.get(24..).unwrap_or(&record).to_uppercase();
    let hash = prefix(&what.sha256, 16);
    vec![
        topic.join(" · "),
        format!("{time} · {place}"),
        match lang {
            Lang::Zh => format!("{source} · 记录号 {number} · 原图 SHA-256 {hash}… · 加注副本"),
            Lang::En => {
                format!("{source} · record {number} · original SHA-256 {hash}… · stamped copy")
            }
        },
    ]
}

#[cfg(test)]
mod tests {
    use domain::photos::FilePlace;

    use super::*;

    fn photo(source: PhotoSource) -> Stamped {
        Stamped {
            organization: Some("执法支队".to_owned()),
            topic: "宣讲".to_owned(),
            record: Uuid::from_u128(0xabcd),
            sha256: "0123456789abcdef0123".to_owned(),
            source,
            taken_at: Some(Timestamp(1)),
            facts: PhotoFacts {
                file_taken_at: Some(Timestamp(2)),
                file_place: Some(FilePlace {
                    latitude: 36.5,
                    longitude: 117.0,
                }),
                ..PhotoFacts::default()
            },
            place: None,
        }
    }

    #[test]
    fn each_time_and_place_says_where_it_is_from() {
        let of = |what: &Stamped| lines(Lang::Zh, what, |at| at.0.to_string());
        let camera = of(&photo(PhotoSource::Camera));
        assert_eq!(camera[0], "执法支队 · 宣讲");
        assert_eq!(camera[1], "1 (手机时钟) · 36.50000, 117.00000 (文件自带)");
        assert!(camera[2].contains("0000ABCD"));
        assert!(camera[2].contains("0123456789abcdef…"));
        let album = Stamped {
            place: Some((1.0, 2.0, Some(12.4))),
            ..photo(PhotoSource::Album)
        };
        assert_eq!(
            of(&album)[1],
            "2 (文件自带) · 1.00000, 2.00000 ±12 m (记录时定位)"
        );
        let bare = Stamped {
            organization: None,
            taken_at: None,
            facts: PhotoFacts::default(),
            ..photo(PhotoSource::Album)
        };
        assert_eq!(of(&bare)[..2], ["宣讲", "时间不明 · 无位置"]);
    }
}
