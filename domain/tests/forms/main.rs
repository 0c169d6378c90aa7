//! Field forms through their public interface: reading XLSForm, evaluating, checking, typing.

mod answers;
mod builtin;
mod checklists;
mod columns;
mod comparing;
mod evaluating;
mod exporting;
mod filling;
mod hostile;
mod incremental;
mod loading;
mod properties;
mod repeats;
mod support;
mod writing;
