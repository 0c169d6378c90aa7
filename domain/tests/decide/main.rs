//! Facts about `domain::decide`, the rule that phone and server share.

mod attachments;
mod attendances;
mod guests;
mod sign_ups;
mod submissions;
mod support;
