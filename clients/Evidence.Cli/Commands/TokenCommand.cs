using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Node.Access.Tokens;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence token`: makes, lists and revokes the tokens by which a node knows people and programs.</summary>
internal static class TokenCommand
{
    private const int DefaultDays = 365;

    private static readonly Option<FileInfo> Config = new("--config") { Description = "The node's node.json. 配置文件", HelpName = "FILE", Required = true };

    private static readonly Option<string> Name = new("--name") { Description = "The caller's name; a submitter files in this name. 名称", HelpName = "NAME", Required = true };

    private static readonly Option<string[]> Roles = new("--role") { Description = "submitter, archivist, auditor, court, administrator or replica; may be given several times. 角色", HelpName = "ROLE", Required = true };

    private static readonly Option<int> Days = new("--days") { Description = $"Days that the token is good for, at most {NodeTokens.MaxLife.TotalDays:0}. 有效天数", HelpName = "N", DefaultValueFactory = _ => DefaultDays };

    private static readonly Option<FileInfo?> Into = new("--output", "-o") { Description = "New file to write the token into, with mode 0600; else it is printed, once. 输出文件", HelpName = "FILE" };

    private static readonly Argument<string> Id = new("ID") { Description = "The token's id, as `token list` shows it. 令牌编号" };

    internal static Command Make(Runner runner) => new("token", "Make, list and revoke the tokens that a node knows. 访问令牌") { Create(runner), List(runner), Revoke(runner) };

    private static Command Create(Runner runner)
    {
        var command = new Command("create", "Make a token. The node keeps only its SHA-256, so it cannot be shown again. 新建令牌") { Config, Name, Roles, Days, Into };
        command.SetAction((parse, ct) => runner((session, _) => Task.FromResult(Create(session)), parse, ct));
        return command;
    }

    private static Command List(Runner runner)
    {
        var command = new Command("list", "List tokens, without the tokens themselves. 令牌列表") { Config };
        command.SetAction((parse, ct) => runner((session, _) => Task.FromResult(List(session)), parse, ct));
        return command;
    }

    private static Command Revoke(Runner runner)
    {
        var command = new Command("revoke", "Make a token useless. A node that runs notices within seconds; a stream that is open then goes on until it ends. 吊销令牌") { Id, Config };
        command.SetAction((parse, ct) => runner((session, _) => Task.FromResult(Revoke(session)), parse, ct));
        return command;
    }

    private static Answer Create(Session session)
    {
        // The file comes first: a token that was made and then lost would be of no use to anyone.
        using var file = session.Get(Into) is { } path ? NewFile(path.FullName) : null;
        var (info, token) = Make(session, file);
        var json = ToJson(info);
        if (file is null) json["token"] = token;
        else json["file"] = file.Name;
        return new Answer(ExitCode.Intact, json, console =>
        {
            console.WriteLine(Line(info));
            console.WriteLine(file is null ? token : $"The token is in {session.Get(Into)!.FullName}.");
        });
    }

    private static (TokenInfo Info, string Token) Make(Session session, FileStream? file)
    {
        try
        {
            var made = NodeTokens.Create(session.Get(Config).FullName, session.Get(Name), session.Get(Roles), TimeSpan.FromDays(session.Get(Days)), session.Time);
            file?.Write(Encoding.ASCII.GetBytes(made.Token + "\n"));
            return made;
        }
        catch when (file is not null)
        {
            File.Delete(file.Name);
            throw;
        }
    }

    private static Answer List(Session session)
    {
        var tokens = NodeTokens.List(session.Get(Config).FullName);
        return new Answer(ExitCode.Intact, new JsonObject { ["tokens"] = new JsonArray([.. tokens.Select(ToJson)]) }, console =>
        {
            foreach (var token in tokens) console.WriteLine(Line(token));
            if (tokens.Count == 0) console.WriteLine("There are no tokens.");
        });
    }

    private static Answer Revoke(Session session)
    {
        var token = NodeTokens.Revoke(session.Get(Config).FullName, session.Get(Id), session.Time);
        return new Answer(ExitCode.Intact, ToJson(token), console => console.WriteLine(Line(token)));
    }

    private static FileStream NewFile(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    private static JsonObject ToJson(TokenInfo token) => new()
    {
        ["id"] = token.Id,
        ["name"] = token.Name,
        ["roles"] = new JsonArray([.. token.Roles]),
        ["created"] = Time(token.Created),
        ["expires"] = Time(token.Expires),
        ["revoked"] = token.Revoked is { } revoked ? Time(revoked) : null,
    };

    private static string Line(TokenInfo token) =>
        $"{token.Id}  {PlainText.Of(token.Name)}  {string.Join(", ", token.Roles)}  expires {Time(token.Expires)}{(token.Revoked is { } revoked ? $"  revoked {Time(revoked)}" : "")}";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
