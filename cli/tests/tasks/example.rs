//! The receiver that the README shows, as it stands there: it takes what is ours and nothing else.

use crate::booth::{Booth, SECRET, paid};
use boothpay_test_support::{mortal, own_port};
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// The lines of the README's program, without their indentation.
fn program(port: u16) -> String {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let begins = readme.lines().skip_while(|line| !line.starts_with("    import base64"));
    let mut program = String::new();
    for line in begins {
        program += line.strip_prefix("    ").unwrap_or(line);
        program.push('\n');
        if line.contains("serve_forever()") {
            break;
        }
    }
    assert!(program.contains("whsec_...") && program.contains("8080"), "{program}");
    program.replace("whsec_...", SECRET).replace("8080", &port.to_string())
}

/// Ends with the test.
struct Python(Child);

impl Drop for Python {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_readmes_receiver_knows_our_messages_from_others() {
    let port = own_port();
    let mut command = mortal("python3");
    let child = command.args(["-c", &program(port)]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut python = Python(child.expect("python3"));
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(
            begun.elapsed() < Duration::from_secs(20) && python.0.try_wait().unwrap().is_none(),
            "it does not start"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    let url = format!("http://127.0.0.1:{port}/");
    let forged = reqwest::Client::builder().no_proxy().build().unwrap().post(&url).body("{\"type\":\"order.paid\"}");
    assert_eq!(forged.send().await.unwrap().status().as_u16(), 401);

    let booth = Booth::on_sqlite(&url);
    let server = booth.serve(None);
    paid(&server, "photo-1").await;
    booth.until("0 open, 0 failed, 1 done");
    let mut line = String::new();
    BufReader::new(python.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("order.paid photo-1 msg_"), "{line}");
    server.kill();
}
