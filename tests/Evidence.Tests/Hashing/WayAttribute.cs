using System.Reflection;
using Evidence.Core.Hashing;
using Xunit.Sdk;

namespace Evidence.Tests.Hashing;

/// <summary>One way of hashing for a theory, by its name; skipped where the processor lacks it.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class WayAttribute : DataAttribute
{
    private readonly string _name;

    public WayAttribute(string name)
    {
        _name = name;
        if (!Find(name).IsSupported) Skip = $"This processor has no {name}.";
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[_name]];

    internal static BulkSha256 Find(string name) => BulkSha256.All.Single(way => way.Name == name);
}
