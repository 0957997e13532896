import Diagnostics
import Redis

/// What only shows when targets of one sweep are held against each other.
enum Correlation {
    /// The observations with what the others say about them.
    static func completed(_ observations: [Observation]) -> [Observation] {
        observations
    }
}
