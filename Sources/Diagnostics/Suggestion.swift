/// ` (did you mean 'threshold'?)`, or nothing when no candidate is near enough to be a slip of the fingers.
public func didYouMean(_ word: String, among candidates: some Sequence<String>) -> String {
    let nearest = candidates.map { (editDistance(word.lowercased(), $0.lowercased()), $0) }.min { $0 < $1 }
    guard let (distance, candidate) = nearest, distance <= max(1, word.count / 3) else { return "" }
    return " (did you mean '\(candidate)'?)"
}

/// How many characters must be inserted, deleted, replaced or exchanged with their neighbour (Damerau and Levenshtein).
func editDistance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var rows = [Array(0...right.count)]
    for i in left.indices {
        var row = [i + 1]
        for j in right.indices {
            let replaced = rows[i][j] + (left[i] == right[j] ? 0 : 1)
            row.append(min(replaced, row[j] + 1, rows[i][j + 1] + 1))
            let areExchanged = i > 0 && j > 0 && left[i] == right[j - 1] && left[i - 1] == right[j]
            if areExchanged { row[j + 1] = min(row[j + 1], rows[i - 1][j - 1] + 1) }
        }
        rows.append(row)
    }
    return rows[left.count][right.count]
}
