//! What Minglu is about: the types, rules and verdicts that phone and server share.
//!
//! Everything here is pure. It leaves out I/O, async, SQL, HTTP, the DOM, and any clock or source of
//! randomness of its own: time, ids and random bytes come in as arguments.

pub mod api;
pub mod areas;
pub mod calendar;
pub mod codes;
pub mod coverage;
pub mod decide;
pub mod decimal;
pub mod evidence_kind;
pub mod forms;
pub mod hours;
pub mod ids;
pub mod json;
pub mod keys;
pub mod media;
pub mod operation;
pub mod packs;
pub mod permission;
pub mod photos;
pub mod pinyin;
pub mod proofs;
pub mod refusal;
pub mod rescue;
pub mod row;
pub mod scoring;
pub mod self_assessment;
pub mod sheet;
pub mod site_gap;
pub mod small;
pub mod standard_check;
pub mod standard_lists;
pub mod standard_moves;
pub mod standard_table;
pub mod suggestions;
pub mod tagged;
pub mod tasks;
pub mod text;
pub mod time;
pub mod verdict;
pub mod visits;
pub mod words;

pub use decimal::Decimal;
pub use evidence_kind::EvidenceKind;
pub use ids::{
    ActivityId, AttachmentId, AttendanceId, DepartmentId, DeviceId, EvidenceId, FileId, GuestId,
    InvitationId, OpId, OrganizationId, PersonId, PremisesId, RectificationId, SignUpId,
    StandardId, SubmissionId, TaskId,
};
pub use operation::{Area, Change, Operation, RecordRef};
pub use refusal::Refusal;
pub use row::Row;
pub use text::{Lang, Text};
pub use time::{Capture, Timestamp};
pub use verdict::{Outcome, Receipt, Verdict};
