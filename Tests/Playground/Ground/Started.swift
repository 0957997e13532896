import Synchronization

/// A value that is made once, when first asked for; who asks meanwhile waits for the same one.
final class Started<Value: Sendable>: Sendable {
    private let task = Mutex<Task<Value, any Error>?>(nil)

    /// - Parameter make: may block; runs on a thread of its own.
    func value(_ make: @escaping @Sendable () throws -> Value) async throws -> Value {
        let started = task.withLock { task in
            if let task { return task }
            let new = Task { try await onThread(make) }
            task = new
            return new
        }
        return try await started.value
    }

    func existing() async throws -> Value? {
        try await task.withLock { $0 }?.value
    }
}
