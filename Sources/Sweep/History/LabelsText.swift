import Diagnostics
import FoundationEssentials

/// Labels as one text and back: a JSON object with sorted keys, so that equal labels are equal texts.
enum LabelsText {
    static func text(_ labels: Labels) -> String {
        guard !labels.isEmpty else { return "{}" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A dictionary of texts always encodes.
        return (try? encoder.encode(labels)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// No labels for a text that is not ours.
    static func labels(_ text: String) -> Labels {
        text == "{}" ? [:] : (try? JSONDecoder().decode(Labels.self, from: Data(text.utf8))) ?? [:]
    }
}
