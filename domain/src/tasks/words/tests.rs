//! Words of task lists as offices write them.

use super::*;
use crate::tasks::ymd;

const ROUND: Round = Round {
    first_year: 2026,
    years: 3,
};

fn understood(frequency: &str, starts: &str, due: &str) -> Read {
    read(frequency, starts, due, ROUND, ROUND.first_day())
}

#[test]
fn relative_dates_count_from_the_rounds_first_year() {
    assert_eq!(date("Y1-03-31", ROUND), Some(ymd(2026, 3, 31)));
    assert_eq!(date("Ｙ３－１２－３１", ROUND), Some(ymd(2028, 12, 31)));
    assert_eq!(date("Yn-05-04", ROUND), Some(ymd(2026, 5, 4)));
    assert_eq!(date("2027年3月5日", ROUND), Some(ymd(2027, 3, 5)));
    assert_eq!(date("2027/3/5", ROUND), Some(ymd(2027, 3, 5)));
    for end in ["2026年6月底", "2026年6月", "2026-06", "Y1-06"] {
        assert_eq!(date(end, ROUND), Some(ymd(2026, 6, 30)), "{end}");
    }
    assert_eq!(date("Y2-02", ROUND), Some(ymd(2027, 2, 28)));
    let begun = understood("一次", "2026年3月", "2026年6月底").schedule;
    assert_eq!(
        (begun.starts_on, begun.due_on),
        (Some(ymd(2026, 3, 1)), Some(ymd(2026, 6, 30)))
    );
    for bad in ["", "每月末", "Y0-01-01", "Y1-13-01", "31-12", "3月5日"] {
        assert_eq!(date(bad, ROUND), None, "{bad}");
    }
}

#[test]
fn every_line_of_the_built_in_list_is_understood() {
    let mut count = 0;
    for line in include_str!("../../../../templates/tasks.csv")
        .lines()
        .skip(1)
    {
        let cells: Vec<&str> = line.split(',').collect();
        let [starts, due, frequency] = cells[9..12] else {
            panic!("{line}");
        };
        let read = understood(frequency, starts, due);
        assert!(read.hints.is_empty(), "{line}: {:?}", read.hints);
        let occasion = ["每次", "按批次", "按专项"].contains(&frequency);
        assert_eq!(read.schedule.occurrences().is_empty(), occasion, "{line}");
        count += 1;
    }
    assert_eq!(count, 61);
}

#[test]
fn words_become_schedules() {
    let every = |frequency, due| understood(frequency, "", due).schedule.every;
    assert_eq!(every("每周", "每周五"), Every::Week { weekday: 5 });
    assert_eq!(every("每月", "每月25日"), Every::Month { day: 25 });
    assert_eq!(every("每月", "每月末；6月演练"), Every::Month { day: 31 });
    assert_eq!(
        every("每年2次", "每年6月、11月"),
        Every::Days {
            days: vec![631, 1131]
        }
    );
    assert_eq!(
        every("每年2次", "每年春节、重阳"),
        Every::Festivals {
            names: vec!["春节".to_owned(), "重阳节".to_owned()],
            after: 0
        }
    );
    assert_eq!(every("按专项", "按方案"), Every::Occasion);
}

#[test]
fn what_is_not_understood_is_said() {
    let read = understood("时不时", "", "");
    assert_eq!(read.schedule.every, Every::Occasion);
    assert_eq!(read.hints.len(), 1);
    assert_eq!(understood("一次", "", "").hints.len(), 1);
    assert_eq!(understood("一次", "", "Y1-02-31").hints.len(), 2);
    let yearless = understood("一次", "", "3月5日");
    assert_eq!(yearless.schedule.due_on, Some(ymd(2026, 3, 5)));
    assert!(yearless.hints[0].zh.contains("没有写年份"));
    assert!(
        understood("一次", "", "尽快").hints[0]
            .zh
            .contains("读不出")
    );
    let twice = understood("每月2次", "", "");
    assert_eq!(twice.schedule.every, Every::Month { day: 31 });
    assert!(twice.hints[0].zh.contains("每期一次"));
    assert!(understood("每月25日前", "", "").hints.is_empty());
    let two = understood("按节日", "", "春节、重阳节").schedule.every;
    assert!(matches!(two, Every::Festivals { names, .. } if names == ["春节", "重阳节"]));
}

#[test]
fn a_detail_is_read_back() {
    for every in [
        Every::Week { weekday: 5 },
        Every::Month { day: 31 },
        Every::Month { day: 25 },
        Every::Days {
            days: vec![630, 1130],
        },
        Every::Quarter,
    ] {
        assert_eq!(Every::of(every.kind(), &every.detail()), Some(every));
    }
    assert_eq!(Every::of("days", "13-1"), None);
    assert_eq!(Every::of("month", "40"), None);
}

proptest::proptest! {
    #[test]
    fn whatever_is_typed_is_read(a in "\\PC{0,12}", b in "[Yyn0-9年月日-]{0,12}", c in "[每年月季周节日末0-9、春重阳Y-]{0,14}") {
        for frequency in [a.as_str(), "每周", "每月", "每年2次", "每半年", "按节日"] {
            let _ = understood(frequency, &b, &c).schedule.occurrences();
        }
    }
}
