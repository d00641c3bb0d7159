using Evidence.Node.Access;
using Evidence.V1;
using Google.Protobuf.Reflection;

namespace Evidence.Tests.Access;

public sealed class DeclaredAccessTests
{
    /// <summary>Every method that the contract has.</summary>
    public static TheoryData<string> Methods => [.. AllMethods.Select(method => method.FullName)];

    internal static IEnumerable<MethodDescriptor> AllMethods => typeof(AccessReflection).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => type.GetProperty("Descriptor")?.GetValue(null)).OfType<FileDescriptor>()
        .SelectMany(file => file.Services).SelectMany(service => service.Methods);

    [Theory]
    [MemberData(nameof(Methods))]
    public void Says_beside_each_method_who_may_call_it(string name)
    {
        var access = MethodAccess.Of(AllMethods.Single(method => method.FullName == name));
        Assert.NotNull(access);
        Assert.False(access.IsPublic); // nothing of the archive is anybody's
        Assert.False(access.Admitted.IsEmpty);
        Assert.Equal(RoleSet.All, access.Admitted | RoleSet.All);
        Assert.False(access.Roles.Meets(access.Limited));
    }

    [Fact]
    public void Knows_no_access_where_none_is_declared()
        => Assert.Null(MethodAccess.Of(Evidence.Tests.Grpc.Protocol.ProbeService.Descriptor.Methods[0]));

    [Theory]
    [InlineData("GetRecord")]
    [InlineData("ReadContent")]
    [InlineData("GetEvidencePackage")]
    [InlineData("ListRecords")]
    [InlineData("ReadVolume")]
    public void Keeps_content_from_administrators(string method) =>
        Assert.False(MethodAccess.Of(AllMethods.Single(known => known.Name == method))!.Admitted.Has(Role.Administrator));

    [Fact]
    public void Lets_only_other_nodes_have_volumes()
        => Assert.Equal("replica", MethodAccess.Of(AllMethods.Single(method => method.Name == "ReadVolume"))!.Admitted.ToString());
}
