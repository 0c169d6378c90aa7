//! What is written, on its way to whoever downloads it: in packets, each waiting until the one before is taken.

use std::{
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

use axum::body::Bytes;
use tokio::{runtime::Handle, sync::mpsc};

use super::progress::Progress;

/// Bytes that are handed on together.
const PACKET: usize = 256 * 1024;
/// So long a reader may pause.
const PATIENCE: Duration = Duration::from_mins(3);

/// Sends what is written in packets.
pub(super) struct Packets {
    runtime: Handle,
    sender: mpsc::Sender<io::Result<Bytes>>,
    packet: Vec<u8>,
    progress: Arc<Progress>,
}

impl Packets {
    pub fn new(
        runtime: Handle,
        sender: mpsc::Sender<io::Result<Bytes>>,
        progress: Arc<Progress>,
    ) -> Self {
        Self {
            runtime,
            sender,
            packet: Vec::with_capacity(PACKET),
            progress,
        }
    }

    fn send(&mut self) -> io::Result<()> {
        self.progress.add(self.packet.len());
        let packet = std::mem::replace(&mut self.packet, Vec::with_capacity(PACKET));
        // Few packs are made at once: whoever stops reading gives way to the others.
        let sent = tokio::time::timeout(PATIENCE, self.sender.send(Ok(packet.into())));
        match self.runtime.block_on(sent) {
            Ok(Ok(())) => Ok(()),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Write for Packets {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = PACKET.saturating_sub(self.packet.len()).max(1);
        let taken = &bytes[..bytes.len().min(room)];
        self.packet.extend_from_slice(taken);
        if self.packet.len() >= PACKET {
            self.send()?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.packet.is_empty() {
            Ok(())
        } else {
            self.send()
        }
    }
}
