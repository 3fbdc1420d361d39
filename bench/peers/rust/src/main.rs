use chromiumoxide::{Browser, BrowserConfig};
use futures::StreamExt;
use std::{env, fs, io::Write, sync::Arc};
use tokio::sync::Mutex;

type Fault = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = env::args().collect();
    let concurrency: usize = arguments[2].parse()?;
    let mut config = BrowserConfig::builder().chrome_executable(env::var("CHROME")?);
    // Chromium has no sandbox for root, and this driver does not change the user.
    if env::var("USER_IS_ROOT").is_ok() {
        config = config.no_sandbox();
    }
    let (mut browser, mut handler) = Browser::launch(config.build()?).await?;
    let events = tokio::spawn(async move { while handler.next().await.is_some() {} });
    let out = Arc::new(Mutex::new(fs::File::create(&arguments[3])?));
    let list = fs::read_to_string(&arguments[1])?;
    let shared = &browser;
    futures::stream::iter(list.split_whitespace())
        .for_each_concurrent(concurrency, |url| {
            let out = out.clone();
            async move {
                let page = shared.new_page(url).await.expect("a page");
                page.wait_for_navigation().await.expect("load");
                let html = page.content().await.expect("its HTML");
                page.close().await.expect("its end");
                let line = serde_json::json!({"url": url, "html": html});
                writeln!(out.lock().await, "{line}").expect("a line written");
            }
        })
        .await;
    browser.close().await?;
    events.await?;
    Ok(())
}
