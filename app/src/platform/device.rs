//! What kind of device and browser this is.

/// The browser's own name for itself.
pub fn user_agent() -> String {
    #[cfg(target_arch = "wasm32")]
    {
        web_sys::window()
            .and_then(|w| w.navigator().user_agent().ok())
            .unwrap_or_default()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        String::new()
    }
}

/// WeChat's in-app browser, whose storage may be emptied at any time.
pub fn is_wechat() -> bool {
    user_agent().contains("MicroMessenger")
}

/// iPhone or iPad.
pub fn is_ios() -> bool {
    let agent = user_agent();
    // iPads say that they are Macs, but only they have a touch screen.
    ["iPhone", "iPad", "iPod"]
        .iter()
        .any(|name| agent.contains(name))
        || (agent.contains("Macintosh") && touch_points() > 1)
}

pub fn is_android() -> bool {
    user_agent().contains("Android")
}

/// A phone or tablet: decides how long a session lasts, never what is shown.
pub fn is_phone() -> bool {
    is_ios() || is_phone_agent(&user_agent())
}

/// The same as far as the browser's name tells.
pub fn is_phone_agent(agent: &str) -> bool {
    ["Mobile", "Android", "iPhone", "iPad"]
        .iter()
        .any(|name| agent.contains(name))
}

/// Opened from the home screen.
pub fn is_standalone() -> bool {
    matches_media("(display-mode: standalone)")
}

/// The frame is the desktop's (sidebar, split lists).
pub fn is_wide() -> bool {
    matches_media("(min-width: 64em)")
}

fn matches_media(query: &str) -> bool {
    #[cfg(target_arch = "wasm32")]
    {
        web_sys::window()
            .and_then(|window| window.match_media(query).ok().flatten())
            .is_some_and(|media| media.matches())
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = query;
        false
    }
}

fn touch_points() -> i32 {
    #[cfg(target_arch = "wasm32")]
    {
        web_sys::window().map_or(0, |window| window.navigator().max_touch_points())
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        0
    }
}

/// Such as `Android Chrome`: how the office recognizes a device in its list.
pub fn name() -> String {
    let agent = user_agent();
    let name = name_of(&agent);
    // An iPad says that it is a Mac.
    if is_ios() {
        name.replace("macOS", "iOS")
    } else {
        name
    }
}

/// The same as far as the browser's name tells.
pub fn name_of(agent: &str) -> String {
    let system = if ["iPhone", "iPad", "iPod"]
        .iter()
        .any(|name| agent.contains(name))
    {
        "iOS"
    } else if agent.contains("HarmonyOS") || agent.contains("OpenHarmony") {
        "HarmonyOS"
    } else if agent.contains("Android") {
        "Android"
    } else if agent.contains("Windows") {
        "Windows"
    } else if agent.contains("Mac OS") {
        "macOS"
    } else if agent.contains("Linux") {
        "Linux"
    } else {
        "?"
    };
    let browser = [
        ("MicroMessenger", "WeChat"),
        ("HuaweiBrowser", "Huawei"),
        ("MiuiBrowser", "Mi"),
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]
    .into_iter()
    .find_map(|(mark, name)| agent.contains(mark).then_some(name))
    .unwrap_or("?");
    format!("{system} {browser}")
}
