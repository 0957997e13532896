/// ` (did you mean 'threshold'?)`, or nothing when no candidate is near enough to be a slip of the fingers.
public func didYouMean(_ word: String, among candidates: some Sequence<String>) -> String {
    let nearest = candidates.map { (editDistance(word.lowercased(), $0.lowercased()), $0) }.min { $0 < $1 }
    guard let (distance, candidate) = nearest, distance <= max(1, word.count / 3) else { return "" }
    return " (did you mean '\(candidate)'?)"
}

/// Levenshtein's distance: how many characters must be inserted, deleted or replaced.
func editDistance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, character) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in right.enumerated() {
            let replaced = diagonal + (character == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}
