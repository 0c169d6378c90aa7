//! A small HTTP/1.1 client on one kept connection: what a load generator needs and nothing else. It
//! counts what goes over the wire.

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

use crate::Outcome;

pub struct Connection {
    stream: BufReader<TcpStream>,
    cookie: String,
    /// Bytes of requests, heads included.
    pub sent: usize,
    /// Bytes of answers, heads included.
    pub received: usize,
}

pub struct Reply {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl Connection {
    pub async fn open(address: &str, token: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            cookie: format!("minglu_session={token}"),
            sent: 0,
            received: 0,
        })
    }

    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> Outcome<Reply> {
        let mut request = self.head(method, path, headers, body);
        request.extend_from_slice(body);
        self.sent += request.len();
        self.stream.get_mut().write_all(&request).await?;
        self.reply(method == "HEAD").await
    }

    /// Sends only so many bytes of the body and hangs up.
    #[allow(dead_code, reason = "for server/tests/process, which shares this file")]
    pub async fn cut(
        mut self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: &[u8],
        bytes: usize,
    ) -> Outcome<()> {
        let mut request = self.head(method, path, headers, body);
        request.extend_from_slice(&body[..bytes]);
        self.stream.get_mut().write_all(&request).await?;
        Ok(self.stream.get_mut().shutdown().await?)
    }

    fn head(&self, method: &str, path: &str, headers: &[(&str, String)], body: &[u8]) -> Vec<u8> {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {}\r\ncontent-length: {}\r\n",
            self.cookie,
            body.len()
        );
        for (name, value) in headers {
            for part in [*name, ": ", value, "\r\n"] {
                head.push_str(part);
            }
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    async fn line(&mut self) -> Outcome<String> {
        let mut line = String::new();
        self.received += self.stream.read_line(&mut line).await?;
        if line.is_empty() {
            return Err("the connection ended".into());
        }
        Ok(line)
    }

    async fn reply(&mut self, is_head_only: bool) -> Outcome<Reply> {
        let line = self.line().await?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .ok_or_else(|| format!("no status in {line:?}"))?;
        let mut headers = Vec::new();
        while let Some((name, value)) = self.line().await?.trim_end().split_once(": ") {
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let mut reply = Reply {
            status,
            headers,
            body: Vec::new(),
        };
        if is_head_only {
            return Ok(reply);
        }
        if reply.header("transfer-encoding") == Some("chunked") {
            loop {
                let size = usize::from_str_radix(self.line().await?.trim_end(), 16)?;
                let at = reply.body.len();
                reply.body.resize(at + size, 0);
                self.stream.read_exact(&mut reply.body[at..]).await?;
                self.stream.read_exact(&mut [0; 2]).await?;
                self.received += size + 2;
                if size == 0 {
                    break;
                }
            }
        } else {
            let length = reply.header("content-length").unwrap_or("0").parse()?;
            reply.body.resize(length, 0);
            self.stream.read_exact(&mut reply.body).await?;
            self.received += length;
        }
        Ok(reply)
    }
}
