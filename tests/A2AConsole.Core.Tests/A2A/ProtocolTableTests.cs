using System.Text.Json;
using A2AConsole.Core.A2A;

namespace A2AConsole.Core.Tests.A2A;

/// <summary>Paths, versions, headers and errors as the protocol has them.</summary>
public sealed class ProtocolTableTests
{
    [Theory]
    [InlineData("POST", "/message:send", A2AOperation.SendMessage, null, null, null)]
    [InlineData("POST", "/acme/message:stream", A2AOperation.SendStreamingMessage, "acme", null, null)]
    [InlineData("GET", "/tasks", A2AOperation.ListTasks, null, null, null)]
    [InlineData("GET", "/tasks/t-1", A2AOperation.GetTask, null, "t-1", null)]
    [InlineData("POST", "/acme/tasks/t-1:cancel", A2AOperation.CancelTask, "acme", "t-1", null)]
    [InlineData("GET", "/tasks/t-1:subscribe", A2AOperation.SubscribeToTask, null, "t-1", null)]
    [InlineData("POST", "/tasks/t-1:subscribe", A2AOperation.SubscribeToTask, null, "t-1", null)]
    [InlineData("POST", "/tasks/t-1/pushNotificationConfigs", A2AOperation.CreatePushConfig, null, "t-1", null)]
    [InlineData("GET", "/tasks/t-1/pushNotificationConfigs", A2AOperation.ListPushConfigs, null, "t-1", null)]
    [InlineData("GET", "/tasks/t-1/pushNotificationConfigs/c-1", A2AOperation.GetPushConfig, null, "t-1", "c-1")]
    [InlineData("DELETE", "/x/tasks/t-1/pushNotificationConfigs/c-1", A2AOperation.DeletePushConfig, "x", "t-1", "c-1")]
    [InlineData("GET", "/extendedAgentCard", A2AOperation.GetExtendedCard, null, null, null)]
    public void A_path_of_the_protocol_is_read(string method, string path, A2AOperation operation, string? tenant, string? task, string? config)
    {
        Assert.True(A2ARoute.TryRead(method, path, out var route));
        Assert.Equal(new A2ARoute(operation, tenant, task, config), route);
    }

    [Theory]
    [InlineData("GET", "/message:send")]
    [InlineData("POST", "/Message:send")]
    [InlineData("POST", "/message%3asend")]
    [InlineData("POST", "/a/b/message:send")]
    [InlineData("POST", "//message:send")]
    [InlineData("POST", "/message:send/")]
    [InlineData("POST", "/../message:send")]
    [InlineData("POST", "/%2e%2e/message:send")]
    [InlineData("POST", "/x%2fy/message:send")]
    [InlineData("POST", "/x%252fy/message:send")]
    [InlineData("POST", "/tasks/:cancel")]
    [InlineData("POST", "/tasks/a:b:cancel")]
    [InlineData("POST", "/tasks/t-1:delete")]
    [InlineData("PUT", "/tasks/t-1")]
    [InlineData("GET", "/")]
    public void Any_other_path_is_none(string method, string path) => Assert.False(A2ARoute.TryRead(method, path, out _));

    [Theory]
    [InlineData("1.0", null, false, A2AVersion.V1, null)]
    [InlineData(null, "1.0", false, A2AVersion.V1, null)]
    [InlineData("1.0", "1.0", false, A2AVersion.V1, null)]
    [InlineData("1.0", "0.3", true, A2AVersion.V1, "version-ambiguous")]
    [InlineData(null, null, false, A2AVersion.V03, "version-refused")]
    [InlineData("0.3", null, false, A2AVersion.V03, "version-refused")]
    [InlineData("", null, true, A2AVersion.V03, null)]
    [InlineData(null, null, true, A2AVersion.V03, null)]
    [InlineData("1.0.1", null, true, A2AVersion.V03, "version-unsupported")]
    [InlineData("2.0", null, true, A2AVersion.V03, "version-unsupported")]
    public void The_version_is_stated_once_and_spoken_here(string? header, string? query, bool allowOld, A2AVersion version, string? code)
    {
        var isGood = A2AVersionRule.TryRead(header is null ? [] : [header], query is null ? [] : [query], allowOld, out var read, out var fault);
        Assert.Equal(code, fault?.Code);
        Assert.Equal(code is null, isGood);
        if (isGood)
            Assert.Equal(version, read);
        else
            Assert.Equal(A2AError.VersionNotSupported, fault!.Error);
    }

    [Fact]
    public void Two_version_headers_are_refused_even_when_they_agree()
        => Assert.False(A2AVersionRule.TryRead(["1.0", "1.0"], [], true, out _, out _));

    [Fact]
    public void The_protocols_own_errors_have_their_numbers()
        => Assert.Equal(Enumerable.Range(1, 9).Select(i => -32000 - i), A2AError.Own.Select(e => e.Code));

    [Fact]
    public void Errors_have_the_form_of_their_binding()
    {
        var fault = new A2AFault(A2AError.ExtensionSupportRequired, "envelope-missing", "Say \"it\".");
        using var rpc = JsonDocument.Parse(A2AErrorWriter.JsonRpc(fault, "7"u8, 12));
        var error = rpc.RootElement.GetProperty("error");
        Assert.Equal((7, -32008), (rpc.RootElement.GetProperty("id").GetInt32(), error.GetProperty("code").GetInt32()));
        Assert.Equal("EXTENSION_SUPPORT_REQUIRED", error.GetProperty("data")[0].GetProperty("reason").GetString());
        Assert.Equal("envelope-missing", error.GetProperty("data")[1].GetProperty("reason").GetString());
        Assert.Equal("12", error.GetProperty("data")[1].GetProperty("metadata").GetProperty("leafIndex").GetString());

        using var rest = JsonDocument.Parse(A2AErrorWriter.Rest(fault));
        var status = rest.RootElement.GetProperty("error");
        Assert.Equal((400, "FAILED_PRECONDITION"), (status.GetProperty("code").GetInt32(), status.GetProperty("status").GetString()));
        Assert.Equal("EXTENSION_SUPPORT_REQUIRED", status.GetProperty("details")[0].GetProperty("reason").GetString());
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(A2AErrorWriter.JsonRpc(fault, default)).RootElement.GetProperty("id").ValueKind);
    }

    [Fact]
    public void An_extension_is_named_whole_or_not_at_all()
    {
        Assert.True(A2AExtensions.Names(["urn:other, " + EnvelopeExtension.Uri], EnvelopeExtension.Uri));
        Assert.True(A2AExtensions.Names(["urn:other", EnvelopeExtension.Uri], EnvelopeExtension.Uri));
        Assert.False(A2AExtensions.Names([EnvelopeExtension.Uri + "0"], EnvelopeExtension.Uri));
        Assert.False(A2AExtensions.Names([EnvelopeExtension.Uri.ToUpperInvariant()], EnvelopeExtension.Uri));
        Assert.False(A2AExtensions.Names([], EnvelopeExtension.Uri));
    }
}
