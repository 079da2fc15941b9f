import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsEmail,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Min,
  ValidateNested,
} from 'class-validator';

export class AddressDto {
  @IsString() @IsNotEmpty() name!: string;
  @IsString() @IsNotEmpty() line1!: string;
  @IsString() @IsNotEmpty() postalCode!: string;
  @IsString() @IsNotEmpty() city!: string;
  @IsString() @Length(2, 2) country!: string;
}
export class ContactDto {
  @IsEmail() email!: string;
}
export class WantedLineDto {
  @IsString() @IsNotEmpty() sku!: string;
  @IsInt() @Min(1) quantity!: number;
}
export class LineDto extends WantedLineDto {
  @IsString() name!: string;
  @IsInt() @Min(0) unitPrice!: number;
}
export class PlaceOrderDto {
  @IsUUID() idempotencyKey!: string;
  @ArrayNotEmpty() @ValidateNested({ each: true }) @Type(() => WantedLineDto) lines!: WantedLineDto[];
  @IsIn(['standard', 'express']) shippingMethod!: string;
  @ValidateNested() @Type(() => AddressDto) address!: AddressDto;
  @ValidateNested() @Type(() => ContactDto) contact!: ContactDto;
  @IsString() @IsNotEmpty() paymentMethod!: string;
  @IsString() @Length(3, 3) currency!: string;
}
/** order.placed, inventory.reserved and order.confirmed carry the order. */
export class OrderMessage {
  @IsUUID() orderId!: string;
  @IsString() customerId!: string;
  @ArrayNotEmpty() @ValidateNested({ each: true }) @Type(() => LineDto) lines!: LineDto[];
  @IsInt() @Min(1) total!: number;
  @ValidateNested() @Type(() => AddressDto) address!: AddressDto;
  @ValidateNested() @Type(() => ContactDto) contact!: ContactDto;
  @IsString() shippingMethod!: string;
  @IsString() paymentMethod!: string;
  @IsString() currency!: string;
  @IsOptional() @IsString() status?: string;
}
export class PaymentAuthorizedMessage {
  @IsUUID() orderId!: string;
  @IsString() @IsNotEmpty() intentId!: string;
}
export class ShipmentCreatedMessage {
  @IsUUID() orderId!: string;
  @IsString() @IsNotEmpty() trackingNumber!: string;
}
