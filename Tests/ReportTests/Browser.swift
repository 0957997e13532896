import Foundation
import Testing

/// Debian's Chromium without a window, as a judge of pages.
struct Browser {
    private let folder: String

    init() {
        folder = NSTemporaryDirectory() + "diag-browser-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// Shows a page in a frame.
    ///
    /// - Parameter question: an expression in JavaScript whose value is JSON; `page` is the frame's window, `shown` its document.
    func ask(_ page: String, isDark: Bool = false, _ question: String) throws -> Any {
        let frames = [(page: page, width: 1000)]
        return try ask(frames, isDark: isDark, "((page, shown) => (\(question)))(pages[0], pages[0].document)")
    }

    /// Shows pages in frames so many pixels wide and runs a script beside them; `pages` are the frames' windows.
    func ask(_ frames: [(page: String, width: Int)], isDark: Bool = false, _ question: String) throws -> Any {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (number, frame) in frames.enumerated() { try write(frame.page, "page\(number).html") }
        let tags = frames.enumerated().map {
            "<iframe src=\"page\($0).html\" width=\"\($1.width)\" height=\"700\"></iframe>"
        }
        try write(
            """
            <!DOCTYPE html><body>\(tags.joined())<pre id="answer"></pre><script>
            onload = () => setTimeout(() => {
                const pages = [...document.querySelectorAll("iframe")].map(frame => frame.contentWindow);
                const text = JSON.stringify(\(question));
                document.getElementById("answer").textContent = btoa(unescape(encodeURIComponent(text)));
            }, 300);
            </script></body>
            """, "wrapper.html")
        let dom = try run(["--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)"])
        let answer = try #require(
            dom.firstMatch(of: /<pre id="answer">([A-Za-z0-9+\/=]+)<\/pre>/), "no answer:\n\(dom)")
        let data = try #require(Data(base64Encoded: String(answer.1)))
        return try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
    }

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }

    /// Two files are two origins to it, unless it is told otherwise; the page itself is judged by its own policy.
    private func run(_ more: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/chromium")
        process.arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--allow-file-access-from-files", "--virtual-time-budget=5000", "--user-data-dir=\(folder)/profile",
                "--window-size=1200,800",
            ] + more + ["--dump-dom", "file://\(folder)/wrapper.html"]
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
