//! Operations that another build of the app wrote, or a broken keyboard: what no rule of this build
//! would let through lies in the outbox all the same.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poison {
    Nul,
    LoneSurrogate,
    Megabyte,
    UnknownField,
    BadEnum,
    FutureSchema,
    MissingField,
    UnknownArea,
    /// Kept under another id by the server, so only for a scene of its own.
    BadId,
}

pub const ALL: [Poison; 8] = [
    Poison::Nul,
    Poison::LoneSurrogate,
    Poison::Megabyte,
    Poison::UnknownField,
    Poison::BadEnum,
    Poison::FutureSchema,
    Poison::MissingField,
    Poison::UnknownArea,
];

impl Poison {
    /// The title that turns into it on the disk.
    pub fn marker(self) -> String {
        format!("毒 {self:?} 毒")
    }
}

/// Spoils an outbox entry that carries a marker; any other comes back as it was.
pub fn spoil(entry: String) -> String {
    let Some(poison) = ALL
        .into_iter()
        .chain([Poison::BadId])
        .find(|poison| entry.contains(&poison.marker()))
    else {
        return entry;
    };
    let marker = poison.marker();
    match poison {
        Poison::Nul => entry.replace(&marker, "a\\u0000b"),
        Poison::LoneSurrogate => entry.replace(&marker, "a\\ud800b"),
        // Every place at once: the entry is written again later, and must not grow then.
        Poison::Megabyte => entry
            .replacen(&marker, &"长".repeat(350_000), 1)
            .replace(&marker, "长"),
        Poison::UnknownField => entry.replace(&marker, "来自未来").replacen(
            "\"operation\":{",
            "\"operation\":{\"from_the_future\":{\"a\":[1,2]},",
            1,
        ),
        Poison::BadEnum => entry.replace(&marker, "坏枚举").replacen(
            "\"type\":\"submit\"",
            "\"type\":\"explode\"",
            1,
        ),
        Poison::FutureSchema => entry.replace(&marker, "新版本").replacen(
            "\"schema_version\":1",
            "\"schema_version\":9",
            1,
        ),
        Poison::UnknownArea => entry
            .replace(&marker, "新领域")
            .replace("\"area\":\"submissions\"", "\"area\":\"journeys\""),
        Poison::BadId => entry.replace(&marker, "坏编号").replacen(
            "\"operation\":{\"op_id\":\"",
            "\"operation\":{\"op_id\":\"no. ",
            1,
        ),
        Poison::MissingField => {
            entry
                .replace(&marker, "缺字段")
                .replacen("\"wall_clock\":", "\"wall_clck\":", 1)
        }
    }
}
