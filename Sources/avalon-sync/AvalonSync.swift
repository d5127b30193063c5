internal import ArgumentParser
internal import CMalloc
internal import Foundation

/// The program's commands.
@main
struct AvalonSync: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "avalon-sync",
    abstract: "Keeps Avalon's documents as Kitsu and a mapping say they should be.",
    discussion: """
      One direction only, from Kitsu to Avalon, and nothing is ever removed from Avalon.

      Start with a dry run, then apply it:

        export GAZU_URL=https://kitsu.studio GAZU_USER=bot@studio GAZU_PASSWD=…
        export AVALON_MONGO=mongodb://localhost:27017 AVALON_DB=avalon
        avalon-sync plan --project "My Show"
        avalon-sync apply --project "My Show"

      Settings come from flags, else from variables, else from a file (--config, else \
      avalon-sync.yaml in this folder). Passwords and tokens come from variables or files only.

      Kitsu can be a snapshot (--kitsu snapshot:FILE) and Avalon a dump (--avalon dump:DIR, the \
      layout of mongodump): to try a mapping, or to look at a plan, without a server.
      """,
    version: Version.text,
    subcommands: [
      PlanCommand.self, ApplyCommand.self, RunCommand.self, ProjectsCommand.self,
      ExplainCommand.self,
      AuditCommand.self, LinkCommand.self,
      UnlinkCommand.self, HistoryCommand.self, UndoCommand.self, StatusCommand.self,
      HeldCommand.self, SyncCommand.self, PauseCommand.self, ResumeCommand.self,
      ApproveCommand.self,
      MappingCommand.self, SnapshotCommand.self, VersionCommand.self,
    ])

  static func main() async {
    // Answers of many MB come and go. glibc raises this bound when such a block is freed and then
    // keeps the next ones for itself; a fixed bound gives them back (measured: 145 to 118 MB for
    // a plan of 12,000 documents).
    mallopt(M_MMAP_THRESHOLD, 256 << 10)
    // Whoever reads what is said may go away: that ends no apply half-way.
    signal(SIGPIPE, SIG_IGN)
    await main(nil)
  }
}

enum Version {
  static let text = "0.1.0"
}

struct VersionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Prints the version.")

  func run() async { Console.product("avalon-sync \(Version.text)\n") }
}
