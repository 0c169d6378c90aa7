//! What a seed lets happen: who has a phone, what people do on it, and which faults strike when.

use domain::areas::people::Role;

use crate::{
    gates, guests,
    network::Weather,
    phone::{Fall, Link},
    photo_words,
    poison::{self, Poison},
    random::Random,
    troubles,
};

/// Phones of the seed, by the person's place in the server's list; the first person has two.
const PHONES: [usize; 4] = [1, 1, 2, 3];

#[derive(Clone, Debug)]
pub struct Plan {
    /// The person of each phone.
    pub phones: Vec<usize>,
    pub weather: Weather,
    pub pull_rows: i64,
    /// Browsers without Web Locks.
    pub lockless: bool,
    pub length_ms: i64,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub at_ms: i64,
    pub phone: usize,
    pub act: Act,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act {
    // What people do.
    Note,
    /// A note whose text a firewall doesn't like.
    SensitiveNote,
    PhotoNote {
        photos: usize,
    },
    AddPhoto,
    Amend {
        question: &'static str,
    },
    DropPhoto,
    SignUp,
    Withdraw,
    Roster,
    CodeWord,
    /// Reads a person's code off another phone.
    ScanPerson,
    /// Reads the gate's code off another phone.
    ScanGate,
    /// Reads a code that was seen before.
    ScanAgain,
    Draft,
    /// Writes somebody down who isn't a member.
    Guest,
    /// Other words for a photo that was sent.
    Describe,
    /// Corrects a record that this phone has only heard of; it may come later.
    EarlyEdit,
    Poison(Poison),
    // What happens to phones.
    Fall {
        after_polls: u32,
        fall: Fall,
    },
    SecondTab,
    CloseTab,
    Freeze {
        ms: i64,
    },
    Offline {
        link: Link,
        ms: i64,
    },
    ClockJump {
        ms: i64,
    },
    Clone,
    /// Somebody else logs in on the phone, and after so long its person again.
    SwitchAccount {
        ms: i64,
    },
    EndSession {
        ms: i64,
    },
    /// A photo that waits to be sent is damaged or gone.
    DamagePhoto {
        missing: bool,
    },
    DiskFull {
        ms: i64,
    },
    /// The store can't be reached.
    StoreLost {
        ms: i64,
    },
    Evict {
        down_ms: i64,
    },
    OlderBuild {
        ms: i64,
    },
    TimeZone {
        minutes: i32,
    },
    // What happens elsewhere.
    /// To another department and another organizer.
    MoveActivity,
    /// Takes the certificates of the phone's person back.
    Revoke,
    BackUp,
    RestoreServer,
    Approve,
    Return,
    /// Takes in the oldest operation in quarantine.
    TakeIn,
    /// Closes it with a reason.
    Close,
    /// Takes a guest's name out on request.
    ForgetGuest,
    StrikeGuest,
    /// Puts a photo's words right.
    PhotoWords,
    EditActivity,
    SetRole(Role),
    Deactivate,
    ServerDown {
        status: u16,
        ms: i64,
    },
    Firewall {
        status: u16,
        ms: i64,
    },
    LongSleep {
        days: i64,
    },
}

const MINUTE: i64 = 60_000;

impl Plan {
    pub fn of(seed: u64) -> Self {
        let mut random = Random::of(seed, &[1]);
        let count = 1 + random.below(PHONES.len());
        let length_ms = random.range(4 * MINUTE, 14 * MINUTE);
        let rare = [
            random.chance(120),
            random.chance(120),
            random.chance(120),
            random.chance(120),
        ];
        let mut steps: Vec<Step> = (0..random.range(8, 30))
            .map(|_| Step {
                at_ms: random.range(0, length_ms),
                phone: random.below(count),
                act: act(&mut random),
            })
            .collect();
        let rare_acts = [
            Act::Clone,
            Act::SetRole(random.pick(&[Role::Volunteer, Role::Recorder, Role::Reviewer])),
            Act::Deactivate,
            Act::LongSleep {
                days: random.pick(&[1, 6, 8]),
            },
        ];
        for (strikes, act) in rare.into_iter().zip(rare_acts) {
            if strikes {
                steps.push(Step {
                    at_ms: random.range(length_ms / 4, length_ms),
                    phone: random.below(count),
                    act,
                });
            }
        }
        // From a source of their own, so that what a seed was known for stays.
        let mut unusual = Random::of(seed, &[8]);
        let more = troubles::steps(&mut unusual, length_ms, count);
        let more = more
            .into_iter()
            .chain(gates::steps(&mut unusual, length_ms, count));
        let mut later = Random::of(seed, &[10]);
        let guests = guests::steps(&mut later, length_ms, count);
        let words = photo_words::steps(&mut later, length_ms, count);
        let more = more.chain(guests).chain(words);
        steps.extend(more.map(|(at_ms, phone, act)| Step { at_ms, phone, act }));
        steps.sort_by_key(|step| step.at_ms);
        Self {
            phones: PHONES[..count].to_vec(),
            weather: Weather::of(&mut random),
            pull_rows: random.pick(&[2, 3, 5, 500]),
            lockless: random.chance(300),
            length_ms,
            steps,
        }
    }
}

fn act(random: &mut Random) -> Act {
    match random.below(100) {
        0..14 => Act::Note,
        14..17 => Act::SensitiveNote,
        17..29 => Act::PhotoNote {
            photos: 1 + random.below(3),
        },
        29..33 => Act::AddPhoto,
        33..43 => Act::Amend {
            question: random.pick(&["title", "place", "note"]),
        },
        43..45 => Act::DropPhoto,
        45..48 => Act::SignUp,
        48..50 => Act::Withdraw,
        50..55 => Act::Roster,
        55..58 => Act::CodeWord,
        58..61 => Act::Draft,
        61..66 => Act::Poison(random.pick(&poison::ALL)),
        66..77 => Act::Fall {
            after_polls: random.below(60) as u32,
            fall: Fall {
                power_cut: random.chance(500),
                down_ms: random.range(100, 90_000),
            },
        },
        77..80 => Act::SecondTab,
        80..81 => Act::CloseTab,
        81..83 => Act::Freeze {
            ms: random.range(1_000, 5 * MINUTE),
        },
        83..88 => Act::Offline {
            link: random.pick(&[Link::Down, Link::Down, Link::Portal]),
            ms: random.range(5_000, 4 * MINUTE),
        },
        88..90 => Act::ClockJump {
            ms: random.pick(&[
                -1_795_000_000_000,
                365 * 24 * 60 * MINUTE,
                -2 * 60 * MINUTE,
                9 * MINUTE,
                -7 * MINUTE,
            ]),
        },
        90..93 => Act::Approve,
        93..95 => Act::Return,
        95..96 => random.pick(&[Act::TakeIn, Act::Close]),
        96..97 => Act::EditActivity,
        97..98 => Act::ServerDown {
            status: random.pick(&[500, 502, 503]),
            ms: random.range(5_000, 5 * MINUTE),
        },
        _ => Act::Firewall {
            status: random.pick(&[400, 403, 413, 422, 500]),
            ms: random.range(10_000, 6 * MINUTE),
        },
    }
}
