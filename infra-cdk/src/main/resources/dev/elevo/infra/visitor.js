// Who calls and whom he means. API Gateway sees neither: to it the caller is CloudFront, and the host its own.
function handler(event) {
    var request = event.request;
    request.headers['x-elevo-address'] = { value: event.viewer.ip };
    request.headers['x-elevo-host'] = { value: request.headers.host.value };
    return request;
}
