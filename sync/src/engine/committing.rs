//! Commits that are under way while something else goes on.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll},
};

use futures::future::LocalBoxFuture;

use crate::error::SyncError;

type Commit<'a> = LocalBoxFuture<'a, Result<(), SyncError>>;

/// Pages whose commits are under way, the earliest first.
#[derive(Default)]
pub(super) struct Committing<'a>(RefCell<Vec<Commit<'a>>>);

impl<'a> Committing<'a> {
    /// Asks for a commit now: a transaction that nothing is asked of ends by itself.
    pub(super) async fn begin(&self, mut commit: Commit<'a>) -> Result<(), SyncError> {
        match futures::poll!(commit.as_mut()) {
            Poll::Ready(done) => done,
            Poll::Pending => {
                self.0.borrow_mut().push(commit);
                Ok(())
            }
        }
    }

    /// Waits for `work` while the commits go on.
    pub(super) async fn beside<T>(
        &self,
        work: impl Future<Output = Result<T, SyncError>>,
    ) -> Result<T, SyncError> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if let Err(error) = self.go_on(context) {
                return Poll::Ready(Err(error));
            }
            work.as_mut().poll(context)
        })
        .await
    }

    /// Waits for all commits.
    pub(super) async fn all(&self) -> Result<(), SyncError> {
        poll_fn(|context| match self.go_on(context) {
            Ok(()) if !self.0.borrow().is_empty() => Poll::Pending,
            ended => Poll::Ready(ended),
        })
        .await
    }

    fn go_on(&self, context: &mut Context<'_>) -> Result<(), SyncError> {
        let mut failed = Ok(());
        self.0
            .borrow_mut()
            .retain_mut(|commit| match commit.as_mut().poll(context) {
                Poll::Ready(Ok(())) => false,
                Poll::Ready(error) => {
                    failed = error;
                    false
                }
                Poll::Pending => true,
            });
        failed
    }
}
