//! Plain plots: how much of each group is there, and how much each month has. Shapes only; the numbers
//! stand beside them as text.

use leptos::prelude::*;

/// How many items of a group are complete, there in part, and empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub complete: usize,
    pub some: usize,
    pub nothing: usize,
}

impl Share {
    pub fn all(self) -> usize {
        self.complete + self.some + self.nothing
    }
}

/// One bar in three parts.
#[component]
pub fn ShareBar(share: Share) -> impl IntoView {
    let all = share.all().max(1) as f64;
    let mut from = 0.0;
    let parts = [
        ("plot-complete", share.complete),
        ("plot-some", share.some),
        ("plot-nothing", share.nothing),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(class, count)| {
        let width = count as f64 / all * 100.0;
        let x = from;
        from += width;
        view! { <rect class=class x=x.to_string() y="0" width=width.to_string() height="8"/> }
    })
    .collect_view();
    view! {
        <svg class="plot-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            {parts}
        </svg>
    }
    .into_any()
}

/// A column for each month.
#[component]
pub fn Months(counts: Vec<i64>) -> impl IntoView {
    let most = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let columns = counts
        .iter()
        .enumerate()
        .map(|(month, count)| {
            // A month with anything is seen.
            let height = if *count > 0 {
                (*count as f64 / most * 56.0).max(3.0)
            } else {
                1.0
            };
            let x = month as f64 * 24.0;
            let class = if *count > 0 {
                "plot-month"
            } else {
                "plot-empty"
            };
            view! {
                <g>
                    <rect
                        class=class
                        x=(x + 5.0).to_string()
                        y=(70.0 - height).to_string()
                        width="14"
                        height=height.to_string()
                        rx="2"
                    />
                    <text class="plot-label" x=(x + 12.0).to_string() y="84" text-anchor="middle">
                        {(month + 1).to_string()}
                    </text>
                    {(*count > 0)
                        .then(|| {
                            view! {
                                <text
                                    class="plot-value"
                                    x=(x + 12.0).to_string()
                                    y=(66.0 - height).to_string()
                                    text-anchor="middle"
                                >
                                    {count.to_string()}
                                </text>
                            }
                        })}
                </g>
            }
        })
        .collect_view();
    view! { <svg class="plot-months" viewBox="0 0 288 90" aria-hidden="true">{columns}</svg> }
        .into_any()
}
