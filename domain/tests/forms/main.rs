//! Field forms through their public interface: reading XLSForm, evaluating, checking, typing.

mod answers;
mod builtin;
mod evaluating;
mod loading;
mod properties;
mod support;
