//! How a flat square lies in a picture.

/// Places of the square and of the picture.
pub(super) type Pair = ((f64, f64), (f64, f64));

pub(super) struct Perspective([f64; 8]);

impl Perspective {
    /// What fits pairs best, each of which weighs so much; at least four of them, not in a line.
    pub(super) fn fit(pairs: &[(Pair, f64)]) -> Option<Self> {
        let mut rows = [[0.0_f64; 9]; 8];
        for (((u, v), (x, y)), weight) in pairs {
            let ofx = [*u, *v, 1.0, 0.0, 0.0, 0.0, -u * x, -v * x, *x];
            let ofy = [0.0, 0.0, 0.0, *u, *v, 1.0, -u * y, -v * y, *y];
            for of in [ofx, ofy] {
                for (row, factor) in rows.iter_mut().zip(of) {
                    for (cell, value) in row.iter_mut().zip(of) {
                        *cell += weight * factor * value;
                    }
                }
            }
        }
        solve(rows).map(Self)
    }

    pub(super) fn map(&self, (u, v): (f64, f64)) -> (f64, f64) {
        let of = &self.0;
        let depth = of[6] * u + of[7] * v + 1.0;
        (
            (of[0] * u + of[1] * v + of[2]) / depth,
            (of[3] * u + of[4] * v + of[5]) / depth,
        )
    }
}

/// Gauss's elimination.
fn solve(mut rows: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let pivot = (column..8).max_by(|a, b| {
            let (a, b) = (rows[*a][column].abs(), rows[*b][column].abs());
            a.total_cmp(&b)
        })?;
        rows.swap(column, pivot);
        let row = rows[column];
        if row[column].abs() < 1e-9 {
            return None;
        }
        for (index, other) in rows.iter_mut().enumerate() {
            if index != column {
                let factor = other[column] / row[column];
                for (cell, value) in other.iter_mut().zip(row) {
                    *cell -= factor * value;
                }
            }
        }
    }
    let solution: [f64; 8] = std::array::from_fn(|index| rows[index][8] / rows[index][index]);
    solution.iter().all(|it| it.is_finite()).then_some(solution)
}
