using System.Text.Json.Nodes;
using Evidence.Node.Access;

namespace Evidence.Tests.Nodes;

/// <summary>A node's configuration under which whoever reaches it may do everything, for tests of all else.</summary>
internal static class OpenDoor
{
    internal static JsonObject Access => new() { ["anonymous"] = new JsonArray([.. RoleSet.All.ToNames()]) };

    internal static void In(string configFile)
    {
        var json = JsonNode.Parse(File.ReadAllText(configFile))!.AsObject();
        json["access"] = Access;
        File.WriteAllText(configFile, json.ToJsonString());
    }
}
