using System.Text;
using A2AConsole.Core.A2A;

namespace A2AConsole.Core.Tests.A2A;

/// <summary>Requests that two readers could read in two ways, and what is read of good ones.</summary>
public sealed class RequestReaderTests
{
    private const string Part = """{"data":{"qty":{"value":"1200","uom":"EA"}}}""";
    private static readonly string Good = Send(Message());

    private static string Message(string parts = Part, string more = "") => $$"""{"messageId":"m-1","role":"ROLE_USER","parts":[{{parts}}]{{more}}}""";

    private static string Send(string message, string more = "", string method = "SendMessage")
        => $$$"""{"jsonrpc":"2.0","id":7,"method":"{{{method}}}","params":{"message":{{{message}}}{{{more}}}}}""";

    private static A2AFault? Read(string json, out A2ARequest? request, A2AVersion version = A2AVersion.V1)
    {
        A2ARequestReader.TryReadJsonRpc(Encoding.UTF8.GetBytes(json), version, out request, out var fault, out _);
        Assert.Equal(request is null, fault is not null);
        return fault;
    }

    private static string? CodeOf(string json, A2AVersion version = A2AVersion.V1) => Read(json, out _, version)?.Code;

    [Theory]
    [InlineData("\"messageId\":\"m-1\"", "\"messageId\":\"m-1\",\"messageId\":\"m-2\"", "duplicate-member")]
    [InlineData("\"messageId\":\"m-1\"", "\"messageId\":\"m-1\",\"message\\u0049d\":\"m-2\"", "duplicate-member")]
    [InlineData("\"value\":\"1200\"", "\"value\":\"1200\",\"value\":\"9999\"", "duplicate-member")]
    [InlineData("\"messageId\":\"m-1\"", "\"messageId\":\"m-1\",\"message_id\":\"m-2\"", "lookalike-member")]
    [InlineData("\"messageId\":\"m-1\"", "\"messageId\":\"m-1\",\"MessageID\":\"m-2\"", "lookalike-member")]
    [InlineData("\"parts\":", "\"Parts\":[],\"parts\":", "lookalike-member")]
    [InlineData("\"method\":", "\"Method\":\"GetTask\",\"method\":", "lookalike-member")]
    [InlineData("\"params\":{", "\"params\":{\"Message\":{},", "lookalike-member")]
    [InlineData("{\"data\":", "{\"media_type\":\"text/html\",\"data\":", "lookalike-member")]
    [InlineData("{\"data\":", "{\"text\":\"pay twice\",\"data\":", "parts-invalid")]
    [InlineData("{\"data\":", "{\"nothing\":", "parts-invalid")]
    [InlineData("\"ROLE_USER\"", "\"ROLE_AGENT\"", "role-invalid")]
    [InlineData("\"ROLE_USER\"", "\"user\"", "role-invalid")]
    [InlineData("\"messageId\":\"m-1\",", "", "message-id-missing")]
    [InlineData("\"m-1\"", "\"\"", "message-id-missing")]
    [InlineData("\"m-1\"", "\"m\\u0000\"", "malformed")]
    [InlineData("\"m-1\"", "\"m\\ud800\"", "malformed")]
    [InlineData("\"2.0\"", "\"1.0\"", "jsonrpc-invalid")]
    [InlineData("\"id\":7,", "", "id-invalid")]
    [InlineData("\"id\":7", "\"id\":null", "id-invalid")]
    [InlineData("\"id\":7", "\"id\":1.5", "id-invalid")]
    [InlineData("\"id\":7", "\"id\":{}", "id-invalid")]
    [InlineData("\"SendMessage\"", "\"sendMessage\"", "method-unknown")]
    [InlineData("\"SendMessage\"", "\"message/send\"", "method-unknown")]
    [InlineData("\"SendMessage\"", "7", "method-missing")]
    public void A_request_that_could_be_read_in_two_ways_is_refused(string what, string with, string code)
    {
        Assert.Contains(what, Good, StringComparison.Ordinal);
        Assert.Equal(code, CodeOf(Good.Replace(what, with, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("7")]
    [InlineData("{'a':1}")]
    public void Whatever_is_no_single_object_is_refused(string json) => Assert.Equal("malformed", CodeOf(json));

    [Fact]
    public void Several_requests_in_one_are_refused() => Assert.Equal("batch-refused", CodeOf($"[{Good},{Good}]"));

    [Fact]
    public void Depth_and_number_are_bounded()
    {
        Assert.Equal("malformed", CodeOf(Send(Message("{\"data\":" + new string('[', 40) + new string(']', 40) + "}"))));
        Assert.Equal("parts-invalid", CodeOf(Send(Message(string.Join(',', Enumerable.Repeat(Part, 65))))));
        Assert.Equal("parts-invalid", CodeOf(Send(Message(""))));
        Assert.Equal("extensions-invalid", CodeOf(Send(Message(more: ",\"extensions\":[7]"))));
    }

    [Fact]
    public void A_refusal_is_answered_under_the_requests_own_id()
    {
        Assert.False(A2ARequestReader.TryReadJsonRpc(Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":"a\"b","method":"Nothing"}"""), A2AVersion.V1, out _, out var fault, out var id));
        Assert.Equal("\"a\\\"b\"", Encoding.UTF8.GetString(id.Span));
        Assert.Contains("\"id\":\"a\\\"b\"", Encoding.UTF8.GetString(A2AErrorWriter.JsonRpc(fault, id.Span)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_read_are_slices_of_what_was_sent()
    {
        var json = Send(Message($$"""{"data":{"a":1.50},"mediaType":"application/json"},{"text":"see \u00e9"}""",
            $$$""","contextId":"c-1","taskId":"t-1","extensions":["{{{EnvelopeExtension.Uri}}}"],"metadata":{"other":{"x":1},"{{{EnvelopeExtension.Uri}}}":{ "dsse" : 1 }},"unknown":[true]"""),
            ",\"configuration\":{\"taskPushNotificationConfig\":{\"url\":\"https://hooks.example/x\"}}", "SendStreamingMessage");
        Assert.Null(Read(json, out var request));
        var message = request!.Message!;
        Assert.Equal((A2AOperation.SendStreamingMessage, "m-1", "c-1", "t-1"), (request.Method.Operation, message.MessageId, message.ContextId, message.TaskId));
        Assert.Equal("{\"a\":1.50}", Encoding.UTF8.GetString(message.Parts[0].Value.Span));
        Assert.Equal("\"see \\u00e9\"", Encoding.UTF8.GetString(message.Parts[1].Value.Span));
        Assert.Equal("{ \"dsse\" : 1 }", Encoding.UTF8.GetString(message.Envelope.Span));
        Assert.Equal([EnvelopeExtension.Uri], message.Extensions);
        Assert.Equal("https://hooks.example/x", request.PushUrl);
    }

    [Fact]
    public void Every_method_is_found_by_its_exact_name_in_its_version_only()
    {
        foreach (var method in A2AMethod.All)
        {
            Assert.Same(method, A2AMethod.Find(method.Method, A2AVersion.V1));
            Assert.Same(method, A2AMethod.Of(method.Operation));
            Assert.Null(A2AMethod.Find(method.Method, A2AVersion.V03));
            if (method.OldMethod is not null)
                Assert.Same(method, A2AMethod.Find(method.OldMethod, A2AVersion.V03));
        }
    }

    [Fact]
    public void A_message_of_0_3_is_read_in_its_own_shape_and_no_other()
    {
        const string old = """{"jsonrpc":"2.0","id":1,"method":"message/send","params":{"message":{"kind":"message","messageId":"m-1","role":"user","parts":[{"kind":"data","data":{"a":"1"}}]},"configuration":{"pushNotificationConfig":{"url":"https://hooks.example/x"}}}}""";
        Assert.Null(Read(old, out var request, A2AVersion.V03));
        Assert.Equal(A2APartKind.Data, request!.Message!.Parts[0].Kind);
        Assert.Equal("https://hooks.example/x", request.PushUrl);
        Assert.Equal("parts-invalid", CodeOf(old.Replace("{\"kind\":\"data\",", "{\"kind\":\"text\",", StringComparison.Ordinal), A2AVersion.V03));
        Assert.Equal("parts-invalid", CodeOf(old.Replace("{\"kind\":\"data\",", "{\"kind\":\"data\",\"text\":\"more\",", StringComparison.Ordinal), A2AVersion.V03));
        Assert.Equal("role-invalid", CodeOf(old.Replace("\"user\"", "\"ROLE_USER\"", StringComparison.Ordinal), A2AVersion.V03));
    }

    [Fact]
    public void A_push_address_is_found_wherever_the_protocol_has_one()
    {
        const string rpc = """{"jsonrpc":"2.0","id":1,"method":"CreateTaskPushNotificationConfig","params":{"taskId":"t-1","url":"http://127.0.0.1/x"}}""";
        Assert.Null(Read(rpc, out var request));
        Assert.Equal(("http://127.0.0.1/x", "t-1"), (request!.PushUrl, request.TaskId));
        Assert.Equal("push-url-missing", CodeOf(rpc.Replace(",\"url\":\"http://127.0.0.1/x\"", "", StringComparison.Ordinal)));
        Assert.Equal("lookalike-member", CodeOf(rpc.Replace("\"url\"", "\"URL\":\"https://good.example\",\"url\"", StringComparison.Ordinal)));

        const string old = """{"jsonrpc":"2.0","id":1,"method":"tasks/pushNotificationConfig/set","params":{"taskId":"t-1","pushNotificationConfig":{"url":"http://127.0.0.1/x"}}}""";
        Assert.Null(Read(old, out request, A2AVersion.V03));
        Assert.Equal("http://127.0.0.1/x", request!.PushUrl);
    }

    [Fact]
    public void A_rest_body_is_read_under_its_path()
    {
        A2ARoute.TryRead("POST", "/message:send", out var send);
        Assert.True(A2ARequestReader.TryReadRest(send!, Encoding.UTF8.GetBytes("{\"message\":" + Message() + "}"), out var request, out _));
        Assert.Equal("m-1", request.Message!.MessageId);
        Assert.False(A2ARequestReader.TryReadRest(send!, default, out _, out var fault));
        Assert.Equal("malformed", fault.Code);

        A2ARoute.TryRead("POST", "/tasks/t-1/pushNotificationConfigs", out var push);
        Assert.False(A2ARequestReader.TryReadRest(push!, """{"taskId":"t-2","url":"https://x.example"}"""u8.ToArray(), out _, out fault));
        Assert.Equal("task-ambiguous", fault.Code);
    }
}
